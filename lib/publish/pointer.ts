import { z } from "zod";
import { CheckFailedError, ExpectedError, extended } from "../cli/errors.ts";
import { parseJson, sha256Of } from "../files/files.ts";
import { parseRunId } from "../files/run_id.ts";
import type { Bucket } from "./bucket.ts";
import { base64Of } from "./file_digests.ts";
import { type PublishedRun, publishedDir, publishedManifest, publishedState } from "./published_run.ts";

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
 * new one, and of two who point to different runs at the same time one fails. Reads it back, since a proxy may answer in
 * place of the store. ExpectedError when the run is not there or not complete, is of an older month than the one pointed
 * to, or the pointer is not the new one afterwards; CheckFailedError when the manifest there is another one.
 */
export async function pointTo(bucket: Bucket, run: PublishedRun, options: PointOptions): Promise<Pointed> {
  const before = await readPointer(bucket);
  const previous = before?.pointer.run_id;
  const isActive = isPointerTo(before, run);
  if (!isActive && !options.allowOlder && previous !== undefined) refuseOlder(bucket, run.runId, previous);
  if (options.dryRun) return { outcome: isActive ? "already active" : "would be activated", previous };
  // Of a run that is active already, objects may have been removed since.
  await requirePublished(bucket, run);
  if (isActive) return { outcome: "already active", previous };
  const text = render(run);
  const isWritten = await bucket.put(POINTER, Buffer.from(text), base64Of(sha256Of(text)), before?.etag);
  // If the answer to a put is lost, it is repeated, and then refused because of the pointer that it has written.
  if (isPointerTo(await readPointer(bucket), run)) return { outcome: "activated", previous };
  const changed = "changed by someone else in the meantime";
  const why = isWritten
    ? `does not name run ${run.runId}: the store did not keep what it accepted, or it was ${changed}; repeat the command`
    : `was ${changed}: repeat the command`;
  throw new ExpectedError(`${bucket.url(POINTER)} ${why}`);
}

function isPointerTo(found: FoundPointer | undefined, { runId, manifestSha256 }: PublishedRun): boolean {
  return found?.pointer.run_id === runId && found.pointer.manifest_sha256 === manifestSha256;
}

/** The pointer of a published lake; undefined where there is none. ExpectedError when it can't be read as one. */
export async function readPointer(bucket: Bucket): Promise<FoundPointer | undefined> {
  const found = await bucket.read(POINTER);
  if (found === undefined) return undefined;
  try {
    return { pointer: parseJson(found.text, bucket.url(POINTER), pointerSchema), etag: found.etag };
  } catch (error) {
    throw extended(error, "it is not a pointer of this project: remove it, or publish to another location");
  }
}

function render({ runId, manifestSha256 }: PublishedRun): string {
  const pointer: Pointer = {
    run_id: runId,
    path: publishedDir(runId),
    manifest_sha256: manifestSha256,
    activated: new Date().toISOString(),
  };
  return `${JSON.stringify(pointer, null, 2)}\n`;
}

async function requirePublished(bucket: Bucket, run: PublishedRun): Promise<void> {
  const { runId } = run;
  const found = await publishedState(bucket, run);
  switch (found.state) {
    case "whole":
      return;
    case "absent":
      throw new ExpectedError(
        `run ${runId} is not published at ${bucket.url("")}: bin/lake publish_run ${runId} sends it`,
      );
    case "incomplete":
      throw new ExpectedError(
        `run ${runId} is not published in whole at ${bucket.url("")} (missing: ${found.missing}): bin/lake publish_run ${runId} sends it`,
      );
    case "different":
      throw new CheckFailedError(
        `${bucket.url(publishedManifest(runId))} is not the manifest of run ${runId} here: it has another SHA-256`,
      );
  }
}

function refuseOlder(bucket: Bucket, runId: string, previous: string): void {
  const [month, current] = [runId, previous].map((id) => parseRunId(id)?.dumpMonth ?? "");
  if (month === undefined || current === undefined || month >= current) return;
  throw new ExpectedError(
    `run ${runId} is of ${month}, and ${bucket.url(POINTER)} names ${previous}, of a newer month: --allow-older`,
  );
}
