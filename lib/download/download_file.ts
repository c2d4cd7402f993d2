import type { FileHandle } from "node:fs/promises";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { openToWrite } from "../files/files.ts";
import type { HttpResponse } from "./http.ts";
import { type Bounds, boundedChunks } from "./limits.ts";
import { createMeter, type Meter } from "./meter.ts";
import {
  type Part,
  partPath,
  rangeHeaders,
  readPart,
  removePart,
  versionOf,
  writeVersion,
} from "./part_file.ts";
import type { Requester } from "./remote_month.ts";
import { withRetries } from "./retry.ts";
import { TransientError } from "./transient_error.ts";

/** A file on a server, and what is known about it before the request. */
export interface WantedFile {
  name: string;
  url: string;
  /** Expected first bytes, so that a proxy's error page is not mistaken for the file. */
  format?: FileFormat;
  /** Why a file beyond the limits is refused, and what to do. */
  tooLong: string;
}

/** A file format, recognised by its first bytes. */
export interface FileFormat {
  name: string;
  begins: readonly number[];
}

/**
 * Downloads a file to `<path>.part`. Resumes an existing part if the server supports it and the file has not changed; otherwise
 * starts over. Returns once all announced bytes have arrived.
 *
 * Throws ExpectedError if the retries are used up (the part is kept for resuming) or the disk refuses the write.
 */
export async function downloadPart(requester: Requester, file: WantedFile, path: string): Promise<void> {
  const meter = createMeter(file.name, requester.policy);
  const most = { size: (await readPart(path)).size };
  await withRetries(requester.policy, file.name, async () => {
    const part = await readPart(path);
    const response = await requester.http.get(file.url, rangeHeaders(part));
    const { from, total, complete } = await placeOf(response, part, path);
    if (complete) return;
    if (part.size > 0 && from > 0) requester.policy.log.info(`${file.name}: resuming at byte ${from}`);
    if (part.size > 0 && from === 0) {
      requester.policy.log.info(`${file.name}: the server sends it from the beginning`);
    }
    const reception = { file, from, total, meter, most, bounds: requester.bounds };
    requireSize(reception, total ?? from, response);
    await receive(response, path, reception);
  });
}

interface Place {
  /** Offset of the body's first byte in the file. */
  from: number;
  total: number | undefined;
  /** The part is complete. */
  complete: boolean;
}

/**
 * Determines where a response's body belongs. A part that it does not fit is removed, and the next attempt
 * starts over.
 */
async function placeOf(response: HttpResponse, part: Part, path: string): Promise<Place> {
  const { status, headers } = response;
  if (status === 200) return { from: 0, total: wholeNumber(headers["content-length"]), complete: false };
  const range = parseContentRange(headers["content-range"]);
  const known = part.version.total;
  const sameTotal = known === undefined || range?.total === undefined || range.total === known;
  const sameTag =
    part.version.etag === undefined || headers.etag === undefined || headers.etag === part.version.etag;
  if (status === 206 && part.size > 0 && range?.start === part.size && sameTotal && sameTag) {
    return { from: part.size, total: range.total ?? known, complete: false };
  }
  response.body.destroy();
  if (status === 416 && part.size > 0 && range?.total === part.size && sameTag) {
    return { from: part.size, total: part.size, complete: true };
  }
  await removePart(path);
  const answer = `${status} with content-range "${headers["content-range"] ?? ""}"`;
  throw new TransientError(`the answer (${answer}) does not continue where the part ends; starting over`);
}

/** `bytes 5-9/10`, `bytes 5-9/*` or `bytes *\/10` (RFC 9110, 14.4). */
function parseContentRange(header: string | undefined): { start?: number; total?: number } | undefined {
  const [, start, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(header ?? "") ?? [];
  if (total === undefined) return undefined;
  const numbers = { start: wholeNumber(start), total: wholeNumber(total) };
  return {
    ...(numbers.start === undefined ? {} : { start: numbers.start }),
    ...(numbers.total === undefined ? {} : { total: numbers.total }),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Throws ExpectedError if the file exceeds the size limit. */
function requireSize(
  { file, bounds: { limits } }: Reception,
  bytes: number,
  { url, body }: HttpResponse,
): void {
  if (bytes <= limits.fileBytes) return;
  body.destroy();
  throw new ExpectedError(
    `${file.name}: ${url} sends more than ${limits.fileBytes / 1e9} GB, ${file.tooLong}`,
  );
}

interface Reception {
  file: WantedFile;
  bounds: Bounds;
  from: number;
  total: number | undefined;
  meter: Meter;
  /** Largest size reached by any attempt; only exceeding it counts as progress. */
  most: { size: number };
}

/** Writes a body into the part. The part is opened only once the body has begun in the expected format. */
async function receive(response: HttpResponse, path: string, reception: Reception): Promise<void> {
  const { bounds, from, total, meter, most } = reception;
  const { name } = reception.file;
  let part: FileHandle | undefined;
  let size = from;
  try {
    for await (const chunk of boundedChunks(response.body, bounds, name, () => size > most.size)) {
      requireSize(reception, size + chunk.length, response);
      part ??= await openPart(response, path, reception, chunk);
      await part.writeFile(chunk);
      size += chunk.length;
      meter.show(size, total);
    }
    await part?.sync();
  } catch (error) {
    most.size = Math.max(most.size, size);
    throw diskError(error, path);
  } finally {
    await part?.close();
  }
  await checkLength(path, size, reception);
}

async function checkLength(path: string, size: number, { total, most }: Reception): Promise<void> {
  const progressed = size > most.size;
  most.size = Math.max(most.size, size);
  if (total !== undefined && size > total) await removePart(path);
  if (total !== undefined && size !== total) {
    throw new TransientError(`${size} bytes came, but ${total} were announced`, { progressed });
  }
  if (size === 0) throw new TransientError("the server sent an empty file");
}

async function openPart(
  response: HttpResponse,
  path: string,
  { file: { format }, from, total }: Reception,
  first: Buffer,
): Promise<FileHandle> {
  if (from > 0) return openToWrite(partPath(path), "append");
  if (format?.begins.some((byte, index) => index < first.length && first[index] !== byte)) {
    const type = response.headers["content-type"] ?? "no content type";
    throw new TransientError(`${response.url} does not send ${format.name} (${type})`);
  }
  // The old version's metadata is removed before the new version's first byte arrives, so the two are never
  // mixed.
  await removePart(path);
  await writeVersion(path, versionOf(response, total));
  return openToWrite(partPath(path), "replace");
}

function diskError(error: unknown, path: string): unknown {
  if (!hasCode(error, "ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "EFBIG", "EIO")) return error;
  return new ExpectedError(`${partPath(path)}: ${oneLine(error)}`, { cause: error });
}
