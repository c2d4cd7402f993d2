import { isUtf8 } from "node:buffer";
import { ExpectedError } from "../cli/errors.ts";

/**
 * Decodes the bytes of a user's file, without a byte order mark. Node's own decoding silently replaces what is not UTF-8.
 * @throws ExpectedError with `label` and the place of the first byte that is not UTF-8
 */
export function utf8Text(bytes: Uint8Array, label: string): string {
  if (!isUtf8(bytes)) throw new ExpectedError(`${label}: ${badUtf8Place(bytes)}: not UTF-8`);
  return new TextDecoder().decode(bytes);
}

/** Line, and byte in the line, of the first byte that is not UTF-8. No UTF-8 character spans a line feed. */
function badUtf8Place(bytes: Uint8Array): string {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    const content = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (!isUtf8(content)) return `line ${line}, byte ${validLength(content) + 1}`;
    start += content.length + 1;
    line++;
  }
}

/** The number of leading bytes that survive decoding and encoding. */
function validLength(bytes: Uint8Array): number {
  const again = Buffer.from(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  const differs = again.findIndex((byte, index) => byte !== bytes[index]);
  return differs < 0 ? bytes.length : differs;
}
