/**
 * White space as the data contract trims it: what Python's `str.strip` removes (including U+0085 and U+00A0,
 * but not U+200B and U+FEFF; JavaScript's `trim` differs in both).
 */
const WHITE_SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LEADING = new RegExp(`^[${WHITE_SPACE}]+`);
const TRAILING = new RegExp(`[${WHITE_SPACE}]$`);
const IS_WHITE_SPACE = new RegExp(`[${WHITE_SPACE}]`);

/** Removes leading and trailing Unicode white space; inner white space is preserved. */
export function trimText(text: string): string {
  if (text === "") return text;
  const trimmed = isPlain(text.charCodeAt(0)) ? text : text.replace(LEADING, "");
  return TRAILING.test(trimmed) ? trimEnd(trimmed) : trimmed;
}

function isPlain(code: number): boolean {
  return code > 0x20 && code < 0x80;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && IS_WHITE_SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
