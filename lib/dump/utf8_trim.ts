/** The white space of `text.ts`, in UTF-8. */
function spaceLengthAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return (first >= 0x09 && first <= 0x0d) || (first >= 0x1c && first <= 0x20) ? 1 : 0;
  if (first === 0xc2) return bytes[at + 1] === 0x85 || bytes[at + 1] === 0xa0 ? 2 : 0;
  if (at + 2 >= end) return 0;
  return isLongSpace(first, bytes[at + 1] as number, bytes[at + 2] as number) ? 3 : 0;
}

/** U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. */
function isLongSpace(first: number, second: number, third: number): boolean {
  if (first === 0xe2 && second === 0x80) {
    return (third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9 || third === 0xaf;
  }
  if (first === 0xe2) return second === 0x81 && third === 0x9f;
  if (first === 0xe1) return second === 0x9a && third === 0x80;
  return first === 0xe3 && second === 0x80 && third === 0x80;
}

/** Start of the text `bytes[start, end)` without leading white space; `end` when there is nothing else. */
export function trimmedStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const first = bytes[at] as number;
    if (first > 0x20 && first < 0x80) return at;
    const length = spaceLengthAt(bytes, at, end);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** End of the text `bytes[start, end)`, valid UTF-8, without trailing white space. */
export function trimmedEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start) {
    const last = bytes[at - 1] as number;
    if (last > 0x20 && last < 0x80) return at;
    let first = at - 1;
    while (first > start && ((bytes[first] as number) & 0xc0) === 0x80) first--;
    if (spaceLengthAt(bytes, first, at) !== at - first) return at;
    at = first;
  }
  return at;
}
