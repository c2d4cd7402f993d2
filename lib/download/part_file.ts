import { rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { hasCode } from "../cli/errors.ts";
import { hashFile, readJsonIfThere, syncPath, writeJsonFile } from "../files/files.ts";
import type { HttpResponse } from "./http.ts";

const versionSchema = z.object({
  etag: z.string().optional(),
  last_modified: z.string().optional(),
  /** Bytes of the whole file. */
  total: z.int().optional(),
});

/** Which version of the remote file a `.part` is the beginning of: kept beside it, in `.part.json`. */
export type RemoteVersion = z.infer<typeof versionSchema>;

/** What has been downloaded of a file. */
export interface Part {
  /** Bytes; 0 when there is none, or nothing is known of where it comes from. */
  size: number;
  version: RemoteVersion;
}

export const partPath = (path: string): string => `${path}.part`;
const versionPath = (path: string): string => `${path}.part.json`;

export async function readPart(path: string): Promise<Part> {
  const version = await readJsonIfThere(versionPath(path), versionSchema);
  if (version === undefined) return { size: 0, version: {} };
  return { size: await sizeOf(partPath(path)), version };
}

export async function writeVersion(path: string, version: RemoteVersion): Promise<void> {
  await writeJsonFile(versionPath(path), version);
}

export async function removePart(path: string): Promise<void> {
  await rm(partPath(path), { force: true });
  await rm(versionPath(path), { force: true });
}

/**
 * Gives a complete part its name if its sha256 is the wanted one; else removes it: there is nothing to go on from.
 * Returns the sha256 that it has.
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

/** The version that a response is of. */
export function versionOf({ headers }: HttpResponse, total: number | undefined): RemoteVersion {
  return {
    ...(headers.etag === undefined ? {} : { etag: headers.etag }),
    ...(headers["last-modified"] === undefined ? {} : { last_modified: headers["last-modified"] }),
    ...(total === undefined ? {} : { total }),
  };
}

/**
 * Asks for the rest of a file, if it is still the same: If-Range takes a strong ETag or a date (RFC 9110, 13.1.5).
 * Without either the total length and, in the end, the checksum must tell.
 */
export function rangeHeaders({ size, version }: Part): Record<string, string> {
  if (size === 0) return {};
  const strong = version.etag?.startsWith('"') === true ? version.etag : undefined;
  const validator = strong ?? version.last_modified;
  return { range: `bytes=${size}-`, ...(validator === undefined ? {} : { "if-range": validator }) };
}

/** Bytes of a file; 0 when there is none. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return 0;
    throw error;
  }
}
