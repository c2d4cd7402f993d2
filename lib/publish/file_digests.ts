import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { CheckFailedError } from "../cli/errors.ts";

/** A file of a run that is published. */
export interface RunFile {
  /** Where it goes, relative to the published lake: `_runs/<run id>/...`. */
  path: string;
  /** Where it is here. */
  local: string;
  bytes: number;
  /** Hex, from the manifest. */
  sha256: string;
}

/** Bytes of a part of an object. Smaller files are sent in one request. */
export const PART_BYTES = 16 * 1024 * 1024;
/** The most parts that S3 takes. */
const MOST_PARTS = 10_000;
const MIB = 1024 * 1024;

/** Bytes of each part but the last of a file: the same at every attempt. */
export function partBytes(bytes: number): number {
  return Math.max(PART_BYTES, Math.ceil(bytes / MOST_PARTS / MIB) * MIB);
}

/** A piece of a file that is sent as one part. */
export interface FilePart {
  /** From 1. */
  number: number;
  body: Buffer;
  /** SHA-256, base64. */
  checksum: string;
}

/** The hashes of a file that was read in parts. */
export interface FileDigests {
  /** Hex, of all of it. */
  sha256: string;
  /** What S3 keeps as the SHA-256 of an object with these parts. */
  composite: string;
}

/** Reads a file part by part, each of which the caller is given before the next is read, and returns its hashes. */
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

/** CheckFailedError unless what was read is what the manifest has. */
export function requireUnchanged(file: RunFile, { sha256 }: Pick<FileDigests, "sha256">): void {
  if (sha256 !== file.sha256) throw changed(file);
}

/** A SHA-256 as S3 writes it. */
export function base64Of(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

const changed = ({ local }: RunFile) =>
  new CheckFailedError(`${local} is not what the manifest says any more: see scripts/verify_run.ts`);

async function readFully(handle: Awaited<ReturnType<typeof open>>, buffer: Buffer) {
  let bytesRead = 0;
  while (bytesRead < buffer.length) {
    const { bytesRead: more } = await handle.read(buffer, bytesRead, buffer.length - bytesRead, null);
    if (more === 0) break;
    bytesRead += more;
  }
  return { bytesRead };
}
