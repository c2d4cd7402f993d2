import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Inflater } from "./inflater.ts";

/** The text inflated from a stream in pieces of this size, into outputs of `room` bytes, and the error that ended it. */
function inflated(stream: Buffer, pieceLength: number, room: number): { text: string; error?: string } {
  const inflater = new Inflater();
  const output = Buffer.alloc(room);
  let text = "";
  try {
    for (let from = 0; from < stream.length; from += pieceLength) {
      inflater.take(stream.subarray(from, from + pieceLength));
      while (!inflater.isWaiting) text += output.toString("latin1", 0, inflater.inflate(output));
    }
    inflater.end();
    return { text };
  } catch (error) {
    return { text, error: error instanceof Error ? error.message : String(error) };
  }
}

const ONE = gzipSync("one, one, one, one");
const TWO = gzipSync("two");
const TEXT = "one, one, one, onetwo";
const EMPTY = gzipSync("");
const AFTER_END = "bytes after the end of the gzip stream";

/** Bytes that follow the members, and the error, which comes after all text of the members. */
const ENDS: [string, Buffer, string | undefined][] = [
  ["nothing", Buffer.alloc(0), undefined],
  ["a zero", Buffer.from([0]), AFTER_END],
  ["a line feed", Buffer.from("\n"), AFTER_END],
  ["a page", Buffer.from("<html></html>"), AFTER_END],
  ["a zlib stream", Buffer.from("789c030000000001", "hex"), AFTER_END],
  ["half of the magic", Buffer.from([0x1f]), "unexpected end of file"],
  ["a truncated member", TWO.subarray(0, 8), "unexpected end of file"],
];

for (const [what, bytes, error] of ENDS) {
  test(`members followed by ${what}, in pieces and outputs of any size`, () => {
    const stream = Buffer.concat([ONE, EMPTY, TWO, bytes]);
    for (let pieceLength = 1; pieceLength <= stream.length; pieceLength++) {
      for (const room of [1, 3, TEXT.length, 100]) {
        const expected = error === undefined ? { text: TEXT } : { text: TEXT, error };
        assert.deepEqual(inflated(stream, pieceLength, room), expected, `${pieceLength}, ${room}`);
      }
    }
  });
}

test("a member with a wrong checksum is an error", () => {
  const damaged = Buffer.from(ONE);
  damaged[ONE.length - 5] = (damaged[ONE.length - 5] ?? 0) ^ 1;
  assert.equal(
    inflated(Buffer.concat([TWO, damaged]), 7, 100).error,
    "incorrect data check, noticed within 100 bytes from there",
  );
});
