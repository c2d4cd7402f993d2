import { rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { hasCode } from "../cli/errors.ts";
import { hashFile, readJsonIfThere, syncPath, writeJsonFile } from "../files/files.ts";
import type { HttpResponse } from "./http.ts";

const versionSchema = z.object({
  etag: z.string().optional(),
  last_modified: z.string().optional(),
  /** Size of the whole file in bytes. */
  total: z.int().optional(),
});

/** Identifies the version of the remote file that a `.part` belongs to; stored next to it in `.part.json`. */
export type RemoteVersion = z.infer<typeof versionSchema>;

/** The downloaded part of a file. */
export interface Part {
  /** Size in bytes; 0 if there is no part, or if its origin is unknown. */
  size: number;
  version: RemoteVersion;
}

/** Path of a file's unfinished download. */
export const partPath = (path: string): string => `${path}.part`;
const versionPath = (path: string): string => `${path}.part.json`;

/** Reads the state of a file's unfinished download. */
export async function readPart(path: string): Promise<Part> {
  const version = await readJsonIfThere(versionPath(path), versionSchema);
  if (version === undefined) return { size: 0, version: {} };
  return { size: await sizeOf(partPath(path)), version };
}

/** Records the version of the remote file that the part belongs to. */
export async function writeVersion(path: string, version: RemoteVersion): Promise<void> {
  await writeJsonFile(versionPath(path), version);
}

/** Removes a file's unfinished download. */
export async function removePart(path: string): Promise<void> {
  await rm(partPath(path), { force: true });
  await rm(versionPath(path), { force: true });
}

/**
 * Renames a complete part if its sha256 matches; otherwise removes it, as it cannot be resumed. Returns its
 * sha256.
 */
export async function publishPart(path: string, wanted: string | undefined): Promise<string> {
  const part = partPath(path);
  const { sha256 } = await hashFile(part);
  if (sha256 !== wanted) {
    await removePart(path);
    return sha256;
  }
  await syncPath(part);
  await rename(part, path);
  await rm(versionPath(path), { force: true });
  await syncPath(dirname(path));
  return sha256;
}

/** The version that a response belongs to. */
export function versionOf({ headers }: HttpResponse, total: number | undefined): RemoteVersion {
  return {
    ...(headers.etag === undefined ? {} : { etag: headers.etag }),
    ...(headers["last-modified"] === undefined ? {} : { last_modified: headers["last-modified"] }),
    ...(total === undefined ? {} : { total }),
  };
}

/**
 * Headers that request the rest of a file if it has not changed: If-Range takes a strong ETag or a date (RFC
 * 9110, 13.1.5). Without either, changes are detected by the total length and finally by the checksum.
 */
export function rangeHeaders({ size, version }: Part): Record<string, string> {
  if (size === 0) return {};
  const strong = version.etag?.startsWith('"') === true ? version.etag : undefined;
  const validator = strong ?? version.last_modified;
  return { range: `bytes=${size}-`, ...(validator === undefined ? {} : { "if-range": validator }) };
}

/** Size of a file in bytes; 0 if it does not exist. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return 0;
    throw error;
  }
}
