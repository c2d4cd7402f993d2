import { allocate } from "./memory";

/** Entry number that stands for "none". */
export const NONE: i32 = -1;

/**
 * A kept value of a record, trimmed, `[start, end)` in memory, empty = NULL; or a node: an item that makes a row or a
 * struct, with its values following it immediately.
 */
@unmanaged
export class Entry {
  slot: i32;
  /** The node that a value stands in; NONE = the record itself. */
  parent: i32;
  start: usize;
  end: usize;
  /** Next entry of the same slot. */
  next: i32;
}

let entries: usize = 0;
let capacity: i32 = 0;
let count: i32 = 0;
let slots: usize = 0;
/** By slot: the first entry of the record, and the last one. */
let firsts: usize = 0;
let lasts: usize = 0;

/** Makes room for entries of so many slots. */
export function startTape(slotCount: usize): void {
  slots = slotCount;
  firsts = allocate(slotCount << 2);
  lasts = allocate(slotCount << 2);
  growTape();
}

function growTape(): void {
  const larger = max(capacity * 2, 1 << 10);
  const moved = allocate(<usize>larger * offsetof<Entry>());
  memory.copy(moved, entries, <usize>capacity * offsetof<Entry>());
  entries = moved;
  capacity = larger;
}

/** The kept values of one record, in document order. */
export class Tape {
  /** Forgets the record. */
  @inline
  static clear(): void {
    count = 0;
    const none = i32x4.splat(NONE);
    for (let at: usize = 0; at < slots << 2; at += 16) v128.store(firsts + at, none);
  }

  @inline
  static at(entry: i32): Entry {
    return changetype<Entry>(entries + <usize>entry * offsetof<Entry>());
  }

  /** The first entry of a slot in the record, or NONE. */
  @inline
  static first(slot: i32): i32 {
    return load<i32>(firsts + ((<usize>slot) << 2));
  }

  /** Whether an entry is NONE or an empty value: both are NULL. */
  @inline
  static isNull(entry: i32): bool {
    if (entry === NONE) return true;
    const value = Tape.at(entry);
    return value.start === value.end;
  }

  /** Adds a value, or a node (without parent and bytes); returns its entry. */
  @inline
  static add(slot: i32, parent: i32, start: usize, end: usize): i32 {
    const entry = count++;
    if (entry === capacity) growTape();
    const added = Tape.at(entry);
    added.slot = slot;
    added.parent = parent;
    added.start = start;
    added.end = end;
    added.next = NONE;
    const place = (<usize>slot) << 2;
    if (load<i32>(firsts + place) === NONE) store<i32>(firsts + place, entry);
    else Tape.at(load<i32>(lasts + place)).next = entry;
    store<i32>(lasts + place, entry);
    return entry;
  }
}

/** The first value of a slot that stands in this node, or NONE. */
export function within(node: i32, slot: i32): i32 {
  for (let entry = node + 1; entry < count; entry++) {
    const candidate = Tape.at(entry);
    if (candidate.parent !== node) return NONE;
    if (candidate.slot === slot) return entry;
  }
  return NONE;
}

/** The value of a slot that is the entry just before this node, or NONE. */
export function before(node: i32, slot: i32): i32 {
  return node > 0 && Tape.at(node - 1).slot === slot ? node - 1 : NONE;
}
