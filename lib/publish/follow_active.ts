import { CheckFailedError, ExpectedError, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { manifestSha256 } from "../lake/manifest.ts";
import { requireActiveRun } from "../promotion/active.ts";
import { Bucket } from "./bucket.ts";
import { parseS3Location } from "./location.ts";
import { POINTER, type Pointed, type PointOptions, pointTo, readPointer } from "./pointer.ts";
import { type PublishedState, publishableRun, publishedState } from "./published_run.ts";
import type { S3Settings } from "./s3_options.ts";

/** Points `active.json` of a published lake to the lake's active run, of whatever month. See {@link pointToActive}. */
export async function followActive(
  lake: string,
  to: string,
  settings: S3Settings,
  log: Logger,
): Promise<Pointed & { url: string; runId: string }> {
  return withBucket(to, settings, log, async (bucket) => {
    return { ...(await pointToActive(lake, bucket, { allowOlder: true })), url: bucket.url(POINTER) };
  });
}

/**
 * Points `active.json` to the lake's active run (see {@link pointTo}), and again if the link is switched meanwhile: whoever
 * switched it may have moved the pointer before this did.
 */
export async function pointToActive(
  lake: string,
  bucket: Bucket,
  { allowOlder }: Pick<PointOptions, "allowOlder">,
): Promise<Pointed & { runId: string }> {
  for (;;) {
    const { runId, dir } = await requireActiveRun(lake);
    const run = await publishableRun(runId, dir);
    const pointed = await pointTo(bucket, run, { allowOlder, dryRun: false });
    if ((await requireActiveRun(lake)).runId === runId) return { ...pointed, runId };
  }
}

/**
 * Refuses a run that is not in the store at `url` (`s3://bucket/prefix/`) in whole, by its manifest: an engine that reads
 * there would make empty tables of it. Only warns if the store can't be asked from here, since the engine may have other
 * credentials, and does not look for a run of the Python original, which has no manifest.
 */
export async function requireInStore(
  url: string,
  { runId, dir }: { runId: string; dir: string },
  settings: S3Settings,
  log: Logger,
): Promise<void> {
  const expected = await manifestSha256(dir);
  if (expected === undefined) return;
  const place = url.replace(/^s3[an]:/, "s3:").replace(/\/$/, "");
  const run = { runId, manifestSha256: expected };
  const asked = withBucket(place, settings, log, (bucket) => publishedState(bucket, run));
  const found = await asked.catch((error: unknown): PublishedState => {
    if (!(error instanceof ExpectedError)) throw error;
    log.warn(`cannot check whether run ${runId} is in ${url}: ${oneLine(error)}`);
    return { state: "whole" };
  });
  if (found.state === "whole") return;
  if (found.state === "different")
    throw new CheckFailedError(`${url} has a different run ${runId}: the manifests differ`);
  const lacking = found.state === "incomplete" ? ` in whole (missing: ${found.missing})` : "";
  throw new ExpectedError(
    `run ${runId} is not in ${url}${lacking}, where Trino looks for it: publish it first, ` +
      `bin/lake publish_run ${runId} --to ${place} --no-activate (workflows: -p publish_to=${place})`,
  );
}

/** ExpectedError unless the bucket is there, the credentials let it be listed, and its pointer, if any, can be read. */
export async function checkStore(to: string, settings: S3Settings, log: Logger): Promise<void> {
  await withBucket(to, settings, log, async (bucket) => {
    await bucket.list(POINTER);
    await readPointer(bucket);
  });
}

async function withBucket<T>(
  to: string,
  settings: S3Settings,
  log: Logger,
  use: (bucket: Bucket) => Promise<T>,
): Promise<T> {
  const bucket = new Bucket(parseS3Location(to), settings, { log });
  try {
    return await use(bucket);
  } finally {
    bucket.close();
  }
}
