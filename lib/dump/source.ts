import { createHash } from "node:crypto";
import { readSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { WithoutControlCharacters } from "./control_characters.ts";
import { Inflater } from "./inflater.ts";
import type { Read } from "./read.ts";

/** Compressed bytes read at a time. */
const READ_BYTES = 1 << 19;

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
  /** Reads uncompressed bytes. Throws when the gzip stream is damaged, truncated, or followed by something else. */
  read: Read;
  /** How many stored bytes have been read so far. */
  stored(): number;
  /** Only after everything has been read. */
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
  const read = readingUncompressed(measured(), path.endsWith(".gz"));
  const cleaned = removeControlCharacters ? new WithoutControlCharacters(read) : undefined;
  return {
    read: cleaned === undefined ? read : (into) => cleaned.read(into),
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

/** Inflates if the first bytes are those of a gzip file. */
function readingUncompressed(stored: AsyncGenerator<Buffer>, mustBeGzip: boolean): Read {
  let opened: Promise<Read> | undefined;
  async function open(): Promise<Read> {
    const head = await firstBytes(stored);
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    if (head.length === 0) throw new Error("the file is empty");
    if (mustBeGzip && !isGzip) throw new Error("not a gzip file");
    const all = prepended(head, stored);
    return isGzip ? readingInflated(all) : readingStored(all);
  }
  return async (into) => {
    opened ??= open();
    return (await opened)(into);
  };
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

function readingInflated(stored: AsyncGenerator<Buffer>): Read {
  const inflater = new Inflater();
  return async (into) => {
    for (;;) {
      if (inflater.isWaiting) {
        const { value, done } = await stored.next();
        if (done) {
          inflater.end();
          return 0;
        }
        inflater.take(value);
      }
      const length = inflater.inflate(into);
      if (length > 0) return length;
    }
  };
}

function readingStored(stored: AsyncGenerator<Buffer>): Read {
  let rest = Buffer.alloc(0);
  return async (into) => {
    if (rest.length === 0) rest = (await stored.next()).value ?? rest;
    const length = rest.copy(into);
    rest = rest.subarray(length);
    return length;
  };
}
