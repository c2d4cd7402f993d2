const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
/** Long enough to tell `<![CDATA[` and `<!--` apart. */
const DECLARATION_HEAD = 9;

/** That a tag is not complete in the bytes at hand. */
export const INCOMPLETE = -1;

/**
 * Where the markup that begins with the `<` at `at` ends (exclusive), or INCOMPLETE when that is not before `limit`.
 * A `>` inside a comment, CDATA section, processing instruction or quoted attribute value does not end it.
 */
export function markupEnd(bytes: Buffer, at: number, limit: number): number {
  if (at + 1 >= limit) return INCOMPLETE;
  const kind = bytes[at + 1];
  if (kind === BANG) return declarationEnd(bytes, at, limit);
  if (kind === QUESTION) return endOf("?>", bytes, at + 2, limit);
  for (let i = at + 1; i < limit; i++) {
    const byte = bytes[i];
    if (byte === GT) return i + 1;
    if (byte === QUOTE || byte === APOSTROPHE) {
      do i++;
      while (i < limit && bytes[i] !== byte);
    }
  }
  return INCOMPLETE;
}

/**
 * Where the element that begins with the `<` at `at` ends (exclusive), or INCOMPLETE when that is not before `limit`.
 * Only the nesting of tags is followed, not their names.
 */
export function elementEnd(bytes: Buffer, at: number, limit: number): number {
  let depth = 0;
  let position = at;
  do {
    const tag = bytes.indexOf(LT, position);
    if (tag === -1 || tag >= limit) return INCOMPLETE;
    position = markupEnd(bytes, tag, limit);
    if (position === INCOMPLETE) return INCOMPLETE;
    depth += depthChange(bytes, tag, position);
  } while (depth > 0);
  return position;
}

function depthChange(bytes: Buffer, tag: number, end: number): number {
  const kind = bytes[tag + 1];
  if (kind === BANG || kind === QUESTION) return 0;
  if (kind === SLASH) return -1;
  return bytes[end - 2] === SLASH ? 0 : 1;
}

/** The name of the element whose tag begins with the `<` at `at`. */
export function tagName(bytes: Buffer, at: number, end: number): string {
  const inside = bytes.toString("latin1", at + 1, end - 1);
  return /^\/?([^\s/>]*)/.exec(inside)?.[1] ?? "";
}

function declarationEnd(bytes: Buffer, at: number, limit: number): number {
  if (limit - at < DECLARATION_HEAD) return INCOMPLETE;
  const head = bytes.toString("latin1", at, at + DECLARATION_HEAD);
  if (head.startsWith("<!--")) return endOf("-->", bytes, at + 4, limit);
  if (head === "<![CDATA[") return endOf("]]>", bytes, at + DECLARATION_HEAD, limit);
  return endOf(">", bytes, at, limit);
}

function endOf(mark: string, bytes: Buffer, from: number, limit: number): number {
  const found = bytes.subarray(0, limit).indexOf(mark, from, "latin1");
  return found === -1 ? INCOMPLETE : found + mark.length;
}
