const LT = 0x3c;
const GT = 0x3e;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
/** Long enough to tell `<![CDATA[` and `<!--` apart. */
const DECLARATION_HEAD = 9;

/** Marks a tag that is not complete in the available bytes. */
export const INCOMPLETE = -1;

/**
 * Finds the end of markup whose bytes may still be arriving, without examining bytes twice. A `>` inside a comment, CDATA
 * section, processing instruction or quoted attribute value does not end it.
 */
export class MarkupEnd {
  /** How far the current markup was examined, from its `<`. */
  #seen = 0;
  /** The quotation mark open at that point. */
  #quote = 0;

  /**
   * The end (exclusive) of the markup that begins with the `<` at `at`, or INCOMPLETE if it is not before `limit`: then the next
   * call must be for the same markup, with more bytes.
   */
  find(bytes: Buffer, at: number, limit: number): number {
    const end = this.#find(bytes, at, limit);
    if (end !== INCOMPLETE) {
      this.#seen = 0;
      this.#quote = 0;
    }
    return end;
  }

  #find(bytes: Buffer, at: number, limit: number): number {
    if (at + 1 >= limit) return INCOMPLETE;
    const kind = bytes[at + 1];
    if (kind === BANG) return this.#declarationEnd(bytes, at, limit);
    if (kind === QUESTION) return this.#endOf("?>", bytes, at, at + 2, limit);
    let quote = this.#quote;
    for (let i = at + Math.max(1, this.#seen); i < limit; i++) {
      const byte = bytes[i] as number;
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === GT) {
        return i + 1;
      } else if (byte === QUOTE || byte === APOSTROPHE) {
        quote = byte;
      }
    }
    this.#quote = quote;
    this.#seen = limit - at;
    return INCOMPLETE;
  }

  #declarationEnd(bytes: Buffer, at: number, limit: number): number {
    if (limit - at < DECLARATION_HEAD) return INCOMPLETE;
    const head = bytes.toString("latin1", at, at + DECLARATION_HEAD);
    if (head.startsWith("<!--")) return this.#endOf("-->", bytes, at, at + 4, limit);
    if (head === "<![CDATA[") return this.#endOf("]]>", bytes, at, at + DECLARATION_HEAD, limit);
    return this.#endOf(">", bytes, at, at, limit);
  }

  #endOf(mark: string, bytes: Buffer, at: number, from: number, limit: number): number {
    const found = bytes.subarray(0, limit).indexOf(mark, Math.max(from, at + this.#seen), "latin1");
    if (found !== -1) return found + mark.length;
    // The first bytes of the mark may be present.
    this.#seen = Math.max(0, limit - at - (mark.length - 1));
    return INCOMPLETE;
  }
}

/**
 * The end (exclusive) of the element that begins with the `<` at `at`, or INCOMPLETE if it is not before `limit`. Follows only
 * the nesting of tags, not their names.
 */
export function elementEnd(bytes: Buffer, at: number, limit: number): number {
  const markup = new MarkupEnd();
  let depth = 0;
  let position = at;
  do {
    const tag = bytes.indexOf(LT, position);
    if (tag === -1 || tag >= limit) return INCOMPLETE;
    position = markup.find(bytes, tag, limit);
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
