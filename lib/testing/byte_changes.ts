import fc from "fast-check";

/** A change to a text's bytes. */
export interface ByteChange {
  /** Position, from 0 for the first byte to 1 for the last. */
  at: number;
  kind: "replace" | "insert" | "remove";
  byte: number;
}

/** A few bytes inserted, removed or changed, possibly none. */
export function byteChanges(byte: fc.Arbitrary<number>, maxLength: number): fc.Arbitrary<ByteChange[]> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom<ByteChange["kind"]>("replace", "insert", "remove"),
    byte,
  });
  return fc.array(change, { maxLength });
}

/** Applies changes to the bytes of a text. Never removes the last one. */
export function changedBytes(text: string, changes: readonly ByteChange[]): Buffer {
  const bytes = [...Buffer.from(text)];
  for (const { at, kind, byte } of changes) {
    const index = Math.min(bytes.length - 1, Math.floor(at * bytes.length));
    if (kind === "replace") bytes[index] = byte;
    else if (kind === "insert") bytes.splice(index, 0, byte);
    else if (bytes.length > 1) bytes.splice(index, 1);
  }
  return Buffer.from(bytes);
}
