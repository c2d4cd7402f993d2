import { createHash } from "node:crypto";
import { z } from "zod";
import { CheckFailedError, ExpectedError, oneLine } from "../cli/errors.ts";
import { parseRunId } from "../files/run_id.ts";
import type { Bucket } from "./bucket.ts";
import { base64Of } from "./file_digests.ts";
import { publishedDir, publishedManifest } from "./publish_run.ts";

/** Name of the pointer in the published lake. */
export const POINTER = "active.json";

const pointerSchema = z.object({
  run_id: z.string(),
  /** Directory of the run's files, relative to the pointer. */
  path: z.string(),
  manifest_sha256: z.string(),
  /** When the pointer was set. */
  activated: z.iso.datetime(),
});

/** The content of `active.json`: the run for readers of the published lake. */
export type Pointer = z.infer<typeof pointerSchema>;

interface FoundPointer {
  pointer: Pointer;
  etag: string | undefined;
}

/** The run pointed to, by its id and its manifest's hash (hex). */
export interface PointedRun {
  runId: string;
  manifestSha256: string;
}

/** Options of pointing to a run. */
export interface PointOptions {
  /** Allow a run of an older month than the present one. */
  allowOlder: boolean;
  dryRun: boolean;
}

/** The outcome. */
export interface Pointed {
  outcome: "activated" | "already active" | "would be activated";
  previous: string | undefined;
}

/**
 * Points `active.json` to a run that is published in whole, in one conditional put: readers find the old pointer or the
 * new one, and of two who point to different runs at the same time one fails. ExpectedError when the run is not there, is
 * of an older month than the one pointed to, or the pointer was changed meanwhile; CheckFailedError when the manifest there
 * is another one.
 */
export async function pointTo(bucket: Bucket, run: PointedRun, options: PointOptions): Promise<Pointed> {
  const before = await readPointer(bucket);
  const previous = before?.pointer.run_id;
  if (isPointerTo(before, run)) return { outcome: "already active", previous };
  if (!options.allowOlder && previous !== undefined) refuseOlder(bucket, run.runId, previous);
  if (options.dryRun) return { outcome: "would be activated", previous };
  await requirePublished(bucket, run);
  const text = render(run);
  const checksum = createHash("sha256").update(text).digest("hex");
  const isWritten = await bucket.put(POINTER, Buffer.from(text), base64Of(checksum), before?.etag);
  // If the answer to a put is lost, it is repeated, and then refused because of the pointer that it has written.
  if (isWritten || isPointerTo(await readPointer(bucket), run)) return { outcome: "activated", previous };
  throw new ExpectedError(
    `${bucket.url(POINTER)} was changed by someone else in the meantime: repeat the command`,
  );
}

function isPointerTo(found: FoundPointer | undefined, { runId, manifestSha256 }: PointedRun): boolean {
  return found?.pointer.run_id === runId && found.pointer.manifest_sha256 === manifestSha256;
}

/** The pointer of a published lake; undefined where there is none. ExpectedError when it can't be read as one. */
export async function readPointer(bucket: Bucket): Promise<FoundPointer | undefined> {
  const found = await bucket.read(POINTER);
  if (found === undefined) return undefined;
  try {
    return { pointer: pointerSchema.parse(JSON.parse(found.text)), etag: found.etag };
  } catch (error) {
    const message = `${bucket.url(POINTER)} is not a pointer of this project; it was left unchanged`;
    throw new ExpectedError(`${message}: ${oneLine(error)}`, { cause: error });
  }
}

function render({ runId, manifestSha256 }: PointedRun): string {
  const pointer: Pointer = {
    run_id: runId,
    path: publishedDir(runId),
    manifest_sha256: manifestSha256,
    activated: new Date().toISOString(),
  };
  return `${JSON.stringify(pointer, null, 2)}\n`;
}

async function requirePublished(bucket: Bucket, { runId, manifestSha256 }: PointedRun): Promise<void> {
  const path = publishedManifest(runId);
  const sha256 = await bucket.hash(path);
  if (sha256 === undefined) {
    throw new ExpectedError(
      `run ${runId} is not published at ${bucket.url("")}: bin/lake publish_run ${runId} sends it`,
    );
  }
  if (sha256 === manifestSha256) return;
  throw new CheckFailedError(
    `${bucket.url(path)} is not the manifest of run ${runId} here: it has another SHA-256`,
  );
}

function refuseOlder(bucket: Bucket, runId: string, previous: string): void {
  const [month, current] = [runId, previous].map((id) => parseRunId(id)?.dumpMonth ?? "");
  if (month === undefined || current === undefined || month >= current) return;
  throw new ExpectedError(
    `run ${runId} is of ${month}, and ${bucket.url(POINTER)} names ${previous}, of a newer month: --allow-older`,
  );
}
