import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, type ReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";

/** Runs a piece of inflating, which keeps a thread busy, when it is its turn. */
export type Turn = (work: () => Promise<unknown>) => Promise<unknown>;

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
  /** For messages: the path as given, or `stdin`. */
  label: string;
  /** Uncompressed bytes. Iterating throws when the gzip stream is damaged, cut off, or followed by something else. */
  chunks: AsyncIterable<Uint8Array>;
  /** Only after `chunks` has been iterated to its end. */
  identity(): SourceIdentity;
}

/**
 * Opens a dump: `.xml`, `.xml.gz`, or `-` for stdin (gzip or not, told by its first bytes).
 * @param turn when a piece of it may be inflated
 * @throws ExpectedError when the file cannot be opened
 */
export async function openDump(path: string, turn: Turn = (work) => work()): Promise<DumpSource> {
  const stored = path === "-" ? process.stdin : await openFile(path);
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
    label: labelOf(path),
    chunks: uncompressed(measured(), path.endsWith(".gz"), () => size, turn),
    identity() {
      sha256 ??= hash.digest("hex");
      return { name: path === "-" ? path : basename(path), size, sha256 };
    },
  };
}

/** What messages call a dump. */
export function labelOf(path: string): string {
  return path === "-" ? "stdin" : path;
}

async function openFile(path: string): Promise<ReadStream> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isDirectory) throw new ExpectedError(`cannot read the dump ${path}: it is a directory`);
  const stream = createReadStream(path, { highWaterMark: READ_BYTES });
  try {
    await new Promise((resolve, reject) => stream.once("open", resolve).once("error", reject));
  } catch (error) {
    const reason = hasCode(error, "ENOENT", "ENOTDIR") ? "there is no such file" : oneLine(error);
    throw new ExpectedError(`cannot read the dump ${path}: ${reason}`, { cause: error });
  }
  return stream;
}

async function* uncompressed(
  stored: AsyncGenerator<Buffer>,
  mustBeGzip: boolean,
  bytesRead: () => number,
  turn: Turn,
): AsyncGenerator<Uint8Array> {
  const head = await firstBytes(stored);
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  if (head.length === 0) throw new Error("the file is empty");
  if (mustBeGzip && !isGzip) throw new Error("not a gzip file");
  const all = prepended(head, stored);
  yield* isGzip ? inflated(all, bytesRead, turn) : all;
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
async function* inflated(
  stored: AsyncIterable<Buffer>,
  bytesRead: () => number,
  turn: Turn,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const ready: Uint8Array[] = [];
  gunzip.on("data", (chunk) => ready.push(chunk));
  // Fulfilled at the end of the gzip stream, which zeros may follow, and rejected by damage.
  const end = once(gunzip, "end");
  end.catch(() => undefined);
  try {
    for await (const chunk of stored) {
      await turn(() => Promise.race([end, new Promise<void>((done) => gunzip.write(chunk, () => done()))]));
      yield* ready.splice(0);
      if (gunzip.readableEnded) break;
    }
    gunzip.end();
    await turn(() => end);
    yield* ready.splice(0);
  } finally {
    gunzip.destroy();
  }
  const trailing = bytesRead() - gunzip.bytesWritten;
  if (trailing > 0) throw new Error(`${trailing} bytes after the end of the gzip stream`);
}
