import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { constants, crc32, deflateRawSync } from "node:zlib";

/** A dump file as it was written. */
export interface WrittenDump {
  name: string;
  /** Bytes of the compressed file. */
  bytes: number;
  sha256: string;
  /** Bytes before compression. */
  xml_bytes: number;
}

/** A stretch of a dump. */
export interface DumpBlock {
  xml: Uint8Array;
  /** The same, compressed: DEFLATE that ends at a byte, and that more can follow. */
  deflated: Uint8Array;
}

/** Characters of XML in a block that is made of single records. */
const BLOCK = 1024 * 1024;
const LEVEL = 5;
/** No name, no time, from a Unix. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** A last DEFLATE block without content. */
const END_OF_DEFLATE = Uint8Array.of(3, 0);

/** Compresses a stretch of XML by itself, so that its bytes are the same whatever stands before it. */
export function deflatedBlock(text: string): DumpBlock {
  const xml = new TextEncoder().encode(text);
  return { xml, deflated: deflateRawSync(xml, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH }) };
}

/** Writes `<root>`, one line start for each record, `</root>`, compressed, a few blocks in memory. */
export function writeDumpFile(
  path: string,
  name: string,
  root: string,
  records: Iterable<string>,
): Promise<WrittenDump> {
  return writeDumpOf(path, name, root, blocksOf(records));
}

function* blocksOf(records: Iterable<string>): Generator<DumpBlock> {
  let text = "";
  for (const record of records) {
    text += `${record}\n`;
    if (text.length < BLOCK) continue;
    yield deflatedBlock(text);
    text = "";
  }
  yield deflatedBlock(text);
}

/** Writes `<root>`, the blocks of whole records, `</root>` as one gzip member, a block at a time. */
export async function writeDumpOf(
  path: string,
  name: string,
  root: string,
  blocks: Iterable<DumpBlock> | AsyncIterable<DumpBlock>,
): Promise<WrittenDump> {
  const file = await open(path, "wx");
  try {
    const member = new GzipMember(file);
    await member.begin();
    await member.add(deflatedBlock(`<${root}>\n`));
    for await (const block of blocks) await member.add(block);
    await member.add(deflatedBlock(`</${root}>\n`));
    return { name, ...(await member.end()) };
  } finally {
    await file.close();
  }
}

/** A gzip stream that is made of blocks, with what is known of it at its end. */
class GzipMember {
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  #bytes = 0;
  #xmlBytes = 0;
  #crc = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  begin(): Promise<void> {
    return this.#write(GZIP_HEADER);
  }

  add({ xml, deflated }: DumpBlock): Promise<void> {
    this.#crc = crc32(xml, this.#crc);
    this.#xmlBytes += xml.length;
    return this.#write(deflated);
  }

  async end(): Promise<Omit<WrittenDump, "name">> {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#xmlBytes % 2 ** 32, 4);
    await this.#write(END_OF_DEFLATE);
    await this.#write(trailer);
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex"), xml_bytes: this.#xmlBytes };
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#file.writeFile(bytes);
  }
}
