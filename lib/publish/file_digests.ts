import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { CheckFailedError } from "../cli/errors.ts";

/** A file of a run to publish. */
export interface RunFile {
  /** Its path in the published lake: `_runs/<run id>/...`. */
  path: string;
  /** Its local path. */
  local: string;
  bytes: number;
  /** Hex, from the manifest. */
  sha256: string;
}

/** Size of a part of an object in bytes. Smaller files are sent in one request. */
export const PART_BYTES = 16 * 1024 * 1024;
/** The maximum number of parts in S3. */
const MOST_PARTS = 10_000;
const MIB = 1024 * 1024;

/** Size of a file's parts in bytes, except the last: the same in every attempt. */
export function partBytes(bytes: number): number {
  return Math.max(PART_BYTES, Math.ceil(bytes / MOST_PARTS / MIB) * MIB);
}

/** A piece of a file sent as one part. */
export interface FilePart {
  /** From 1. */
  number: number;
  body: Buffer;
  /** SHA-256, base64. */
  checksum: string;
}

/** The hashes of a file read in parts. */
export interface FileDigests {
  /** Of the whole file, in hex. */
  sha256: string;
  /** S3's SHA-256 of an object with these parts. */
  composite: string;
}

/** Reads a file part by part, passes each to the caller before reading the next, and returns the hashes. */
export async function readParts(
  file: RunFile,
  usePart: (part: FilePart) => Promise<void>,
): Promise<FileDigests> {
  const size = partBytes(file.bytes);
  const whole = createHash("sha256");
  const ofDigests = createHash("sha256");
  const count = Math.max(1, Math.ceil(file.bytes / size));
  const handle = await open(file.local);
  try {
    for (let number = 1; number <= count; number += 1) {
      const body = Buffer.alloc(Math.min(size, file.bytes - (number - 1) * size));
      const { bytesRead } = await readFully(handle, body);
      if (bytesRead !== body.length) throw changed(file);
      const digest = createHash("sha256").update(body).digest();
      whole.update(body);
      ofDigests.update(digest);
      await usePart({ number, body, checksum: digest.toString("base64") });
    }
  } finally {
    await handle.close();
  }
  return { sha256: whole.digest("hex"), composite: `${ofDigests.digest("base64")}-${count}` };
}

/** CheckFailedError unless the file matches the manifest. */
export function requireUnchanged(file: RunFile, { sha256 }: Pick<FileDigests, "sha256">): void {
  if (sha256 !== file.sha256) throw changed(file);
}

/** A SHA-256 in S3's format. */
export function base64Of(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

const changed = ({ local }: RunFile) =>
  new CheckFailedError(`${local} no longer matches the manifest: see bin/lake verify_run`);

async function readFully(handle: Awaited<ReturnType<typeof open>>, buffer: Buffer) {
  let bytesRead = 0;
  while (bytesRead < buffer.length) {
    const { bytesRead: more } = await handle.read(buffer, bytesRead, buffer.length - bytesRead, null);
    if (more === 0) break;
    bytesRead += more;
  }
  return { bytesRead };
}
