/**
 * Length in bytes of the white space at `at`, as defined in `lib/parser/text.ts`, in UTF-8; 0 if there is
 * none.
 */
function spaceLengthAt(at: usize, end: usize): usize {
  const first = load<u8>(at);
  if (first < 0x80) return (first >= 0x09 && first <= 0x0d) || (first >= 0x1c && first <= 0x20) ? 1 : 0;
  const second = load<u8>(at + 1);
  if (first === 0xc2) return second === 0x85 || second === 0xa0 ? 2 : 0;
  return at + 2 < end && isLongSpace(first, second, load<u8>(at + 2)) ? 3 : 0;
}

/** U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. */
function isLongSpace(first: u8, second: u8, third: u8): bool {
  if (first === 0xe2 && second === 0x80) {
    return (third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9 || third === 0xaf;
  }
  if (first === 0xe2) return second === 0x81 && third === 0x9f;
  if (first === 0xe1) return second === 0x9a && third === 0x80;
  return first === 0xe3 && second === 0x80 && third === 0x80;
}

/** Start of the text `[start, end)` without leading white space; `end` if there is nothing else. */
export function trimmedStart(start: usize, end: usize): usize {
  let at = start;
  while (at < end) {
    const length = spaceLengthAt(at, end);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** End of the text `[start, end)`, valid UTF-8, without trailing white space. */
export function trimmedEnd(start: usize, end: usize): usize {
  let at = end;
  while (at > start) {
    let first = at - 1;
    while (first > start && (load<u8>(first) & 0xc0) === 0x80) first--;
    if (spaceLengthAt(first, at) !== at - first) return at;
    at = first;
  }
  return at;
}
