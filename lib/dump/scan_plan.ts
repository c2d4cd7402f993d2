import type { ElementPlan, Layout } from "./layout.ts";

/** That a layout does not keep something. */
export const NOT_KEPT = -1;

/** What the scanner keeps of an element: an ElementPlan whose names are found by their bytes. */
export interface ScanElement {
  textSlot: number;
  nodeSlot: number;
  children: NameTable<ScanElement>;
  /** Slots of the attributes that are kept. */
  attributes: NameTable<number>;
}

/** The layout of a record in the scanner's form. */
export function compileScanElement(plan: ElementPlan): ScanElement {
  return {
    textSlot: plan.textSlot ?? NOT_KEPT,
    nodeSlot: plan.nodeSlot ?? NOT_KEPT,
    children: new NameTable([...plan.children].map(([name, child]) => [name, compileScanElement(child)])),
    attributes: new NameTable([...plan.attributes]),
  };
}

/** The record element of a layout, with its own name. */
export function compileScanRecord(layout: Layout): NameTable<ScanElement> {
  return new NameTable([[layout.entity, compileScanElement(layout.record)]]);
}

/** A few values by name, looked up by the bytes of the name where they stand. */
export class NameTable<T> {
  readonly #names: Uint8Array[] = [];
  readonly #values: T[] = [];
  /** By length and first byte: 1 + the index of the first name with these, 0 = none. */
  readonly #first = new Uint8Array(32 * 128);
  /** 1 + the index of the next name with the same length and first byte. */
  readonly #next: number[] = [];
  readonly isEmpty: boolean;

  constructor(entries: readonly (readonly [string, T])[]) {
    this.isEmpty = entries.length === 0;
    for (const [name, value] of entries) {
      const bytes = new Uint8Array(Buffer.from(name));
      const bucket = bucketOf(bytes[0] as number, bytes.length);
      this.#names.push(bytes);
      this.#values.push(value);
      this.#next.push(this.#first[bucket] as number);
      this.#first[bucket] = this.#names.length;
    }
  }

  /** The value of the name `bytes[start, end)`; undefined when it has none. */
  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    if (this.isEmpty) return undefined;
    let entry = this.#first[bucketOf(bytes[start] as number, end - start)] as number;
    while (entry > 0) {
      if (isAt(bytes, start, end, this.#names[entry - 1] as Uint8Array)) return this.#values[entry - 1];
      entry = this.#next[entry - 1] as number;
    }
    return undefined;
  }
}

function bucketOf(first: number, length: number): number {
  return ((length & 31) << 7) | (first & 127);
}

function isAt(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}
