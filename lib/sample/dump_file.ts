import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { constants, crc32, deflateRawSync } from "node:zlib";
import { withPath } from "../cli/system_error.ts";

/** File name, size and checksum of a written dump. */
export interface WrittenDump {
  name: string;
  /** Size of the compressed file in bytes. */
  bytes: number;
  sha256: string;
  /** Size before compression in bytes. */
  xml_bytes: number;
}

/** A compressed section of a dump. */
export interface DumpBlock {
  xml: Uint8Array;
  /** The compressed section: DEFLATE that ends on a byte boundary, so that more can be appended. */
  deflated: Uint8Array;
}

/** Characters of XML in a block built from single records. */
const BLOCK = 1024 * 1024;
const LEVEL = 5;
/** Header without a name or time; OS is Unix. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** Final, empty DEFLATE block. */
const END_OF_DEFLATE = Uint8Array.of(3, 0);

/** Compresses a section of XML independently, so that its bytes do not depend on what precedes it. */
export function deflatedBlock(text: string): DumpBlock {
  const xml = new TextEncoder().encode(text);
  return { xml, deflated: deflateRawSync(xml, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH }) };
}

/**
 * Writes `<root>`, the records, each on a new line, and `</root>`, compressed, with a few blocks in memory.
 */
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

/** Writes `<root>`, blocks of whole records and `</root>` as one gzip member, block by block. */
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
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
}

/** Writes blocks as one gzip stream and computes its size and checksums. */
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
