import { createHash } from "node:crypto";
import { readSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { Gunzip, type ZlibOptions } from "minizlib";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { WithoutControlCharacters } from "./control_characters.ts";

/** Compressed bytes read at a time. */
const READ_BYTES = 1 << 19;
/**
 * Compressed bytes inflated at once, whose output is in memory together; white space can expand a
 * thousandfold.
 */
const INFLATED_BYTES = 1 << 17;
/** Size of inflated chunks in bytes. The default of 16 KiB makes inflating far slower. */
const CHUNK_BYTES = 1 << 18;
/** An option that minizlib passes to zlib but does not declare. */
const INFLATE_OPTIONS: ZlibOptions & { chunkSize: number } = { chunkSize: CHUNK_BYTES };

/** What is known about a dump file once it has been read to its end. */
export interface SourceIdentity {
  /** File name without its folder; `-` for stdin. */
  name: string;
  /** Bytes as stored (compressed). */
  size: number;
  /** Lower-case hex, of the bytes as stored. */
  sha256: string;
}

/** A dump read to its end. */
export interface ReadSource extends SourceIdentity {
  /** How many control characters were removed; undefined if this was not requested. */
  removed?: number;
}

/** How a dump is read. */
export interface ReadOptions {
  /** Remove control characters, which XML does not allow; dumps of 2011 have some. */
  removeControlCharacters: boolean;
}

/** An opened dump: its XML bytes, and what identifies it once all of them have been read. */
export interface DumpSource {
  /** Uncompressed bytes. Iterating throws when the gzip stream is damaged, truncated, or followed by something else. */
  chunks: AsyncIterable<Uint8Array>;
  /** How many stored bytes have been read so far. */
  stored(): number;
  /** Only after `chunks` has been iterated to its end. */
  identity(): ReadSource;
  /** Abandons the file. */
  close(): void;
}

/**
 * Opens a dump: `.xml`, `.xml.gz`, or `-` for stdin (gzip or not, by its first bytes).
 * @throws ExpectedError when the file cannot be opened
 */
export async function openDump(path: string, options?: ReadOptions): Promise<DumpSource> {
  const file = path === "-" ? undefined : await openDumpFile(path);
  const stored = file?.createReadStream({ highWaterMark: READ_BYTES }) ?? process.stdin;
  return readDump(path, stored, () => stored.destroy(), options);
}

/** The dump in an opened file, for a thread that only reads. Does not close the file. */
export function readOpenDump(path: string, fd: number, options?: ReadOptions): DumpSource {
  return readDump(path, piecesOf(fd), () => undefined, options);
}

/** Each chunk is valid until the next one is requested. */
async function* piecesOf(fd: number): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafeSlow(READ_BYTES);
  for (let length = readSync(fd, piece); length > 0; length = readSync(fd, piece))
    yield piece.subarray(0, length);
}

/**
 * Opens the file of a dump.
 * @throws ExpectedError when it cannot be opened
 */
export async function openDumpFile(path: string): Promise<FileHandle> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isDirectory) throw new ExpectedError(`cannot read the dump ${path}: it is a directory`);
  try {
    return await open(path);
  } catch (error) {
    const reason = hasCode(error, "ENOENT", "ENOTDIR") ? "no such file" : oneLine(error);
    throw new ExpectedError(`cannot read the dump ${path}: ${reason}`, { cause: error });
  }
}

function readDump(
  path: string,
  stored: AsyncIterable<Buffer>,
  close: () => void,
  { removeControlCharacters }: ReadOptions = { removeControlCharacters: false },
): DumpSource {
  const hash = createHash("sha256");
  let size = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of stored) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  let sha256: string | undefined;
  const bytes = uncompressed(measured(), path.endsWith(".gz"), () => size);
  const cleaned = removeControlCharacters ? new WithoutControlCharacters(bytes) : undefined;
  return {
    chunks: cleaned ?? bytes,
    stored: () => size,
    identity() {
      sha256 ??= hash.digest("hex");
      const identity = { name: path === "-" ? path : basename(path), size, sha256 };
      return cleaned === undefined ? identity : { ...identity, removed: cleaned.removed };
    },
    close,
  };
}

/** The name of a dump in messages. */
export function labelOf(path: string): string {
  return path === "-" ? "stdin" : path;
}

async function* uncompressed(
  stored: AsyncGenerator<Buffer>,
  mustBeGzip: boolean,
  bytesRead: () => number,
): AsyncGenerator<Uint8Array> {
  const head = await firstBytes(stored);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  if (head.length === 0) throw new Error("the file is empty");
  if (mustBeGzip && !isGzip) throw new Error("not a gzip file");
  const all = prepended(head, stored);
  yield* isGzip ? inflated(all, bytesRead) : all;
}

async function firstBytes(stored: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < 3) {
    const { value, done } = await stored.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  return head;
}

async function* prepended(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

/** Inflates on this thread, one chunk of the file after another. */
async function* inflated(stored: AsyncIterable<Buffer>, bytesRead: () => number): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater();
  for await (const piece of stored) {
    for (let at = 0; at < piece.length && inflater.trailingBytes === 0; at += INFLATED_BYTES) {
      yield* inflater.inflate(piece.subarray(at, at + INFLATED_BYTES));
    }
    if (inflater.trailingBytes > 0) break;
  }
  yield* inflater.end();
  if (inflater.trailingBytes > 0)
    throw new Error(`${bytesRead() - inflater.bytesRead} bytes after the end of the gzip stream`);
}

/** A gzip stream, which may have several members. */
class Inflater {
  readonly #gunzip = new Gunzip(INFLATE_OPTIONS);
  #ready: Uint8Array[] = [];
  /** zlib's message. */
  #failure: unknown;
  bytesRead = 0;
  /** How many bytes of the last chunk are after the end of the stream. */
  trailingBytes = 0;

  constructor() {
    this.#gunzip.on("data", (chunk: Buffer) => this.#ready.push(chunk));
    this.#gunzip.on("error", (error) => {
      this.#failure = error instanceof Error && error.cause !== undefined ? error.cause : error;
    });
  }

  /** Inflates these bytes. Throws when they are damaged. */
  inflate(piece: Buffer): Uint8Array[] {
    this.#gunzip.write(piece);
    const inflated = this.#take();
    const read = this.#gunzip.handle?.bytesWritten ?? 0;
    this.bytesRead += read;
    this.trailingBytes = piece.length - read;
    return inflated;
  }

  /** The last bytes. Throws when the stream is truncated. */
  end(): Uint8Array[] {
    this.#gunzip.end();
    return this.#take();
  }

  #take(): Uint8Array[] {
    if (this.#failure !== undefined) throw this.#failure;
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}
