import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";

/** Compressed bytes read at a time. */
const READ_BYTES = 1 << 19;
/** Bytes inflated at a time. Node's default of 16 KiB for inflating is about three times slower. */
const CHUNK_BYTES = 1 << 21;

/** What is known of a dump file when it has been read to its end. */
export interface SourceIdentity {
  /** File name without its folder; `-` for stdin. */
  name: string;
  /** Bytes as stored (compressed). */
  size: number;
  /** Lower-case hex, of the bytes as stored. */
  sha256: string;
}

/** An opened dump: its XML bytes, and what identifies it once all of them have been read. */
export interface DumpSource {
  /** Uncompressed bytes. Iterating throws when the gzip stream is damaged, cut off, or followed by something else. */
  chunks: AsyncIterable<Uint8Array>;
  /** Only after `chunks` has been iterated to its end. */
  identity(): SourceIdentity;
  /** Gives up the file. */
  close(): void;
}

/**
 * Opens a dump: `.xml`, `.xml.gz`, or `-` for stdin (gzip or not, told by its first bytes).
 * @throws ExpectedError when the file cannot be opened
 */
export async function openDump(path: string): Promise<DumpSource> {
  if (path === "-") return readDump(path, process.stdin);
  const file = await openDumpFile(path);
  return readDump(path, file.createReadStream({ highWaterMark: READ_BYTES }));
}

/** The dump in an opened file, which is not closed. */
export function readOpenDump(path: string, fd: number): DumpSource {
  return readDump(path, createReadStream(path, { fd, autoClose: false, highWaterMark: READ_BYTES }));
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
    const reason = hasCode(error, "ENOENT", "ENOTDIR") ? "there is no such file" : oneLine(error);
    throw new ExpectedError(`cannot read the dump ${path}: ${reason}`, { cause: error });
  }
}

function readDump(path: string, stored: Readable): DumpSource {
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
  return {
    chunks: uncompressed(measured(), path.endsWith(".gz"), () => size),
    identity() {
      sha256 ??= hash.digest("hex");
      return { name: path === "-" ? path : basename(path), size, sha256 };
    },
    close() {
      stored.destroy();
    },
  };
}

/** What messages call a dump. */
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

/** Inflates chunk by chunk: none is begun before all that came of the one before it has been taken. */
async function* inflated(stored: AsyncIterable<Buffer>, bytesRead: () => number): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const ready: Uint8Array[] = [];
  gunzip.on("data", (chunk) => ready.push(chunk));
  // Fulfilled at the end of the gzip stream, which zeros may follow, and rejected by damage.
  const end = once(gunzip, "end");
  end.catch(() => undefined);
  try {
    for await (const chunk of stored) {
      await Promise.race([end, new Promise<void>((done) => gunzip.write(chunk, () => done()))]);
      yield* ready.splice(0);
      if (gunzip.readableEnded) break;
    }
    gunzip.end();
    await end;
    yield* ready.splice(0);
  } finally {
    gunzip.destroy();
  }
  const trailing = bytesRead() - gunzip.bytesWritten;
  if (trailing > 0) throw new Error(`${trailing} bytes after the end of the gzip stream`);
}
