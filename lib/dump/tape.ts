/** Entry number that stands for "none". */
export const NONE = -1;

/**
 * The kept values of one record, in document order: what a parser writes and what columns are made of.
 * An entry is either a node (an item that makes a row or a struct) or a value: trimmed UTF-8 bytes in
 * `bytes[start, end)`, empty = NULL. A value's `parent` is the node that it stands in, NONE for the record itself;
 * the values of a node follow it immediately.
 */
export class Tape {
  count = 0;
  bytes: Buffer = Buffer.allocUnsafeSlow(1 << 16);
  view = new DataView(this.bytes.buffer);
  used = 0;
  slot = new Int32Array(1 << 10);
  start = new Int32Array(1 << 10);
  end = new Int32Array(1 << 10);
  parent = new Int32Array(1 << 10);
  /** Next entry of the same slot. */
  next = new Int32Array(1 << 10);
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  /** Whether `bytes` is memory of the tape's. */
  #isOwn = true;

  /** @param slots how many slots the layout has */
  constructor(slots: number) {
    this.#first = new Int32Array(slots).fill(NONE);
    this.#last = new Int32Array(slots).fill(NONE);
  }

  /** Forgets the record, keeping the memory. */
  clear(): void {
    this.count = 0;
    this.used = 0;
    this.#first.fill(NONE);
  }

  /**
   * Copies these bytes to the tape, for values that stay where they are, and returns them with `room` bytes behind
   * them for those that have to be decoded.
   */
  workOn(source: Uint8Array, room: number): Buffer {
    if (!this.#isOwn || this.bytes.length < source.length + room)
      this.#setBytes(Buffer.allocUnsafeSlow(source.length + room), true);
    this.bytes.set(source);
    return this.bytes;
  }

  /** The same without copying: the memory of these bytes begins with them and has the room behind them. */
  workIn({ buffer }: Uint8Array<ArrayBuffer>): Buffer {
    this.#setBytes(Buffer.from(buffer), false);
    return this.bytes;
  }

  /** The first entry of a slot in the record, or NONE. */
  first(slot: number): number {
    return this.#first[slot] as number;
  }

  /** The first value of a slot that stands in this node, or NONE. */
  within(node: number, slot: number): number {
    for (let entry = node + 1; entry < this.count && this.parent[entry] === node; entry++) {
      if (this.slot[entry] === slot) return entry;
    }
    return NONE;
  }

  /** Whether an entry is NONE or an empty value: both are NULL. */
  isNull(entry: number): boolean {
    return entry === NONE || this.start[entry] === this.end[entry];
  }

  /** The text of an entry, for messages and tests. */
  text(entry: number): string {
    return this.bytes.toString("utf8", this.start[entry], this.end[entry]);
  }

  /** Adds a node and returns its entry. */
  node(slot: number): number {
    return this.#add(slot, NONE, this.used, this.used);
  }

  /** Adds a value that stands in `bytes` already, trimmed. */
  range(slot: number, parent: number, start: number, end: number): void {
    this.#add(slot, parent, start, end);
  }

  /** Adds a value, which must be trimmed already, and copies it to `bytes`. */
  value(slot: number, parent: number, text: string): void {
    const start = this.used;
    this.#reserve(text.length * 3 + 4);
    this.used += this.bytes.write(text, start, "utf8");
    this.#add(slot, parent, start, this.used);
  }

  #add(slot: number, parent: number, start: number, end: number): number {
    const entry = this.count++;
    if (entry === this.slot.length) this.#growEntries();
    this.slot[entry] = slot;
    this.parent[entry] = parent;
    this.start[entry] = start;
    this.end[entry] = end;
    this.next[entry] = NONE;
    if (this.#first[slot] === NONE) this.#first[slot] = entry;
    else this.next[this.#last[slot] as number] = entry;
    this.#last[slot] = entry;
    return entry;
  }

  #reserve(bytes: number): void {
    if (this.used + bytes <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.used + bytes));
    this.bytes.copy(larger, 0, 0, this.used);
    this.#setBytes(larger, true);
  }

  #setBytes(bytes: Buffer, isOwn: boolean): void {
    this.#isOwn = isOwn;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  #growEntries(): void {
    this.slot = doubled(this.slot);
    this.start = doubled(this.start);
    this.end = doubled(this.end);
    this.parent = doubled(this.parent);
    this.next = doubled(this.next);
  }
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
