import type { Entity } from "../datasets/declaration.ts";
import type { Place } from "./dump_error.ts";
import { INCOMPLETE, MarkupEnd, tagName } from "./xml_tags.ts";

/** Minimum size of the whole records in a block. */
const BLOCK_BYTES = 1 << 20;
/** Maximum bytes of whole records, white space and the start of another record held before a block is returned. */
const MAX_HELD_BYTES = BLOCK_BYTES * 4;
/** Maximum size of a tag, comment or processing instruction outside of records. */
const MAX_MARKUP_BYTES = 1 << 20;
/** Maximum size of a record; the largest in the dumps has about 1 MB. */
const MAX_RECORD_BYTES = 1 << 26;

const LT = 0x3c;
const SLASH = 0x2f;
const BANG = 0x21;
const QUESTION = 0x3f;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NO_RECORD = -1;

/** Whole top-level records, one after another. `bytes` is valid until the next block is requested. */
export interface RecordBlock {
  bytes: Uint8Array;
  /** Start and end of each record in `bytes`. */
  starts: readonly number[];
  ends: readonly number[];
  /** Where the block begins: the number of its first record and the offset of `bytes[0]`. */
  place: Place;
  /** The dump has no root element: its records stand by themselves. */
  isRootImplied: boolean;
  /** Why the block's last record is incomplete, if it is: the dump ended, or the record is too large. */
  unfinished?: string;
}

/** Where to resume a dump: between two records, after this many records and uncompressed bytes. */
export interface ResumePlace {
  records: number;
  offset: number;
  isRootImplied: boolean;
}

/** The content around the records is not that of a dump of the entity. */
export class SplitError extends Error {
  override readonly name = "SplitError";
  readonly place: Place;

  constructor(place: Place, message: string) {
    super(message);
    this.place = place;
  }
}

/**
 * Cuts the bytes of a dump into blocks of whole top-level records without parsing them. Follows the nesting of tags, skips
 * comments, CDATA sections, processing instructions and quoted attribute values, and checks the content around the records: the
 * entity's root (`<artists>` for artist), only white space between records, the end of the root, and nothing after it. If the
 * first tag is a record's, there is no root, as in old dumps.
 * @param resumeAt the chunks begin there, not at the head of the dump
 * @throws SplitError for anything else, and for a dump without records
 */
export async function* splitRecords(
  chunks: AsyncIterable<Uint8Array>,
  entity: Entity,
  resumeAt?: ResumePlace,
): AsyncGenerator<RecordBlock> {
  const splitter = new RecordSplitter(entity, resumeAt);
  try {
    for await (const chunk of chunks) {
      splitter.push(chunk);
      if (splitter.isBlockFull()) yield splitter.takeBlock();
    }
    yield splitter.finish();
  } catch (error) {
    // A missing tag is noticed here only at the root's end: the records before it are returned first, so that parsing finds the
    // place.
    yield splitter.wholeRecords();
    throw error;
  }
}

class RecordSplitter {
  readonly #entity: Entity;
  #buffer: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES * 4);
  #length = 0;
  /** How far the buffer has been examined. */
  #position = 0;
  /** Bytes at the buffer's start that were returned as a block. */
  #taken = 0;
  /** Uncompressed offset of the buffer's first byte. */
  #offset = 0;
  /** Open elements around the position: 1 inside the root, 2 inside a record. */
  #depth = 0;
  #recordStart = NO_RECORD;
  #recordsBefore = 0;
  #starts: number[] = [];
  #ends: number[] = [];
  #isRootSeen = false;
  #isRootImplied = false;
  readonly #markup = new MarkupEnd();

  constructor(entity: Entity, resumeAt: ResumePlace | undefined) {
    this.#entity = entity;
    if (resumeAt === undefined) return;
    this.#depth = 1;
    this.#isRootSeen = true;
    this.#isRootImplied = resumeAt.isRootImplied;
    this.#recordsBefore = resumeAt.records;
    this.#offset = resumeAt.offset;
  }

  push(chunk: Uint8Array): void {
    this.#passBlanks();
    this.#dropTaken();
    if (this.#length + chunk.length > this.#buffer.length) this.#grow(this.#length + chunk.length);
    this.#buffer.set(chunk, this.#length);
    this.#length += chunk.length;
    this.#scan();
  }

  isBlockFull(): boolean {
    if (this.#ends.length > 0 && this.#length >= MAX_HELD_BYTES) return true;
    return (this.#ends.at(-1) ?? 0) >= BLOCK_BYTES || this.#isRecordTooLarge();
  }

  takeBlock(): RecordBlock {
    return this.#isRecordTooLarge()
      ? this.#unfinishedBlock("the record is larger than 64 MiB")
      : this.wholeRecords();
  }

  /** The last block, at the end of the bytes. */
  finish(): RecordBlock {
    this.#dropTaken();
    if (this.#recordStart !== NO_RECORD) return this.#unfinishedBlock("the file ends inside this record");
    if (!this.#isRootSeen)
      this.#fail(this.#position, `not a dump of ${this.#entity}s: no <${this.#entity}s> found`);
    if (this.#depth > (this.#isRootImplied ? 1 : 0))
      this.#fail(this.#length, `the file ends before </${this.#entity}s>`);
    if (this.#position < this.#length) this.#fail(this.#position, "the file ends inside a tag");
    if (this.#recordsSeen() === 0) this.#fail(this.#length, `the dump has no <${this.#entity}>`);
    return this.wholeRecords();
  }

  #scan(): void {
    if (this.#offset === 0 && this.#position === 0) this.#passByteOrderMark();
    for (;;) {
      const tag = this.#findTag();
      if (this.#depth < 2) this.#checkBlank(this.#position, tag);
      const end = tag === this.#length ? INCOMPLETE : this.#markup.find(this.#buffer, tag, this.#length);
      this.#position = end === INCOMPLETE ? tag : end;
      if (end === INCOMPLETE) {
        if (this.#depth < 2) this.#checkMarkupSize(tag);
        return;
      }
      this.#pass(tag, end);
    }
  }

  /** Index of the next `<`, or the length of the buffered bytes. */
  #findTag(): number {
    const buffer = this.#buffer;
    const length = this.#length;
    let i = this.#position;
    while (i < length && buffer[i] !== LT) i++;
    return i;
  }

  #pass(tag: number, end: number): void {
    const kind = this.#buffer[tag + 1];
    if (kind === BANG || kind === QUESTION) {
      if (this.#depth < 2) this.#checkOutside(tag, end);
    } else if (kind === SLASH) {
      this.#close(tag, end);
    } else {
      this.#open(tag, end);
    }
  }

  #open(tag: number, end: number): void {
    const isEmpty = this.#buffer[end - 2] === SLASH;
    if (this.#depth === 0 && this.#isRecordTag(tag, end)) this.#implyRoot();
    if (this.#depth === 0) this.#openRoot(tag, end);
    else if (this.#depth === 1) this.#openRecord(tag, end);
    if (!isEmpty) this.#depth++;
    else if (this.#depth === 1) this.#endRecord(end);
  }

  /** Whether a record begins where the root should. */
  #isRecordTag(tag: number, end: number): boolean {
    return !this.#isRootSeen && tagName(this.#buffer, tag, end) === this.#entity;
  }

  #implyRoot(): void {
    this.#isRootSeen = true;
    this.#isRootImplied = true;
    this.#depth = 1;
  }

  #openRoot(tag: number, end: number): void {
    const name = tagName(this.#buffer, tag, end);
    if (this.#isRootSeen) this.#fail(tag, `<${name}> after the end of the dump`);
    if (name !== `${this.#entity}s`)
      this.#fail(tag, `not a dump of ${this.#entity}s: it begins with <${name}>`);
    this.#isRootSeen = true;
  }

  #openRecord(tag: number, end: number): void {
    const name = tagName(this.#buffer, tag, end);
    if (name !== this.#entity) this.#fail(tag, `<${name}> where a <${this.#entity}> should begin`);
    this.#recordStart = tag;
  }

  #close(tag: number, end: number): void {
    this.#depth--;
    if (this.#depth === 1) this.#endRecord(end);
    if (this.#depth > 0) return;
    const name = tagName(this.#buffer, tag, end);
    if (this.#depth < 0 || this.#isRootImplied || name !== `${this.#entity}s`)
      this.#fail(tag, `unexpected </${name}>`);
  }

  #endRecord(end: number): void {
    if (this.#recordStart === NO_RECORD) return;
    this.#starts.push(this.#recordStart);
    this.#ends.push(end);
    this.#recordStart = NO_RECORD;
  }

  /** Comments, processing instructions and an XML declaration in UTF-8 are allowed outside of records. */
  #checkOutside(tag: number, end: number): void {
    const markup = this.#buffer.toString("latin1", tag, end);
    if (markup.startsWith("<!--")) return;
    if (markup.startsWith("<!"))
      this.#fail(tag, `${markup.slice(0, 9)} is not supported outside of a record`);
    const encoding = /^<\?xml\s[^>]*encoding\s*=\s*["']([^"']*)/.exec(markup)?.[1] ?? "UTF-8";
    if (!/^utf-?8$/i.test(encoding)) this.#fail(tag, `the encoding is ${encoding}, but must be UTF-8`);
  }

  /** The tag, comment or processing instruction at `tag` is not complete yet. */
  #checkMarkupSize(tag: number): void {
    const kind = this.#buffer[tag + 1];
    const isRecord = this.#depth === 1 && kind !== BANG && kind !== QUESTION;
    if (this.#length - tag <= (isRecord ? MAX_RECORD_BYTES : MAX_MARKUP_BYTES)) return;
    if (isRecord) this.#fail(tag, "the record is larger than 64 MiB");
    this.#fail(tag, "markup that does not end within 1 MiB, outside of the records");
  }

  #checkBlank(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const byte = this.#buffer[i] as number;
      const isBlank = byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
      if (!isBlank) this.#fail(i, this.#isRootSeen ? "text between records" : "this is not XML");
    }
  }

  #passByteOrderMark(): void {
    if (this.#buffer.subarray(0, Math.min(3, this.#length)).equals(BYTE_ORDER_MARK)) this.#position = 3;
  }

  /** The whole records that were not returned yet. */
  wholeRecords(): RecordBlock {
    this.#dropTaken();
    const place = { record: this.#recordsBefore + 1, offset: this.#offset };
    const end = this.#ends.at(-1) ?? 0;
    const block = {
      bytes: this.#buffer.subarray(0, end),
      starts: this.#starts,
      ends: this.#ends,
      place,
      isRootImplied: this.#isRootImplied,
    };
    this.#recordsBefore += this.#starts.length;
    this.#starts = [];
    this.#ends = [];
    this.#taken = end;
    return block;
  }

  #unfinishedBlock(why: string): RecordBlock {
    this.#endRecord(this.#length);
    return { ...this.wholeRecords(), unfinished: why };
  }

  /** Examined bytes between two records need not be kept. */
  #passBlanks(): void {
    if (this.#recordStart === NO_RECORD && this.#ends.length === 0) this.#taken = this.#position;
  }

  #dropTaken(): void {
    if (this.#taken === 0) return;
    this.#buffer.copyWithin(0, this.#taken, this.#length);
    this.#length -= this.#taken;
    this.#position -= this.#taken;
    this.#offset += this.#taken;
    if (this.#recordStart !== NO_RECORD) this.#recordStart -= this.#taken;
    this.#taken = 0;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }

  #isRecordTooLarge(): boolean {
    return this.#recordStart !== NO_RECORD && this.#length - this.#recordStart > MAX_RECORD_BYTES;
  }

  #recordsSeen(): number {
    return this.#recordsBefore + this.#starts.length;
  }

  #fail(at: number, message: string): never {
    throw new SplitError({ record: this.#recordsSeen(), offset: this.#offset + at }, message);
  }
}
