import { join } from "node:path";
import { CheckFailedError } from "../cli/errors.ts";
import { type Logger, silentLogger } from "../cli/log.ts";
import { ProgressMeter } from "../cli/progress.ts";
import { hashFile, namesIn, readBytes, sha256Of } from "../files/files.ts";
import { inRun, TEMPORARY_PREFIX } from "../files/paths.ts";
import { type Manifest, readManifest } from "../lake/manifest.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { holdRun } from "../lake/run_lock.ts";
import { requireFinishedRun, verifiedRun } from "../promotion/promotable.ts";
import type { Bucket } from "./bucket.ts";
import { differenceOf } from "./compare_object.ts";
import { base64Of, partBytes, type RunFile, requireUnchanged } from "./file_digests.ts";
import { sendInParts, type UnfinishedUploads, unfinishedUploads } from "./multipart.ts";
import { publishableRun, publishedDir, publishedFiles, publishedManifest } from "./published_run.ts";
import { eachAtOnce, Slots } from "./slots.ts";

/** Number of files compared or sent at once: more than requests, so that none waits for the end of a large file. */
const FILES_AT_ONCE = 4;

/** Options of publishing a run. */
export interface PublishOptions {
  /** Number of concurrent requests; each holds a part of a file in memory. */
  parallel: number;
  /** Only report what would be sent. */
  dryRun?: boolean;
  /** Whether the caller has just verified the run. */
  isVerified?: boolean;
  /** What is known of the run's manifest apart from promotions.jsonl, e.g. from the registry. */
  recorded?: readonly RecordedManifest[];
  log?: Logger;
}

/** The files of a run in the store, and those that were sent. */
export interface Published {
  files: number;
  bytes: number;
  /** Files that were missing and have been sent, or would be. */
  sent: number;
  sentBytes: number;
}

/**
 * Copies a sealed run that verifies into the store, `_runs/<run id>/...`: datasets and reports, several at once, then
 * the manifest, so that a run with a manifest is there in whole. Objects that are there and the same are kept, so that
 * repeating it finishes what was interrupted. None is ever replaced: CheckFailedError, before anything is sent, that
 * names what is in the way. Each object is compared with the manifest by what the store has.
 */
export async function publishRun(
  lake: string,
  runId: string,
  bucket: Bucket,
  options: PublishOptions,
): Promise<Published> {
  return holdRun(lake, runId, `publishing run ${runId}`, async () => {
    const run = await requireFinishedRun(lake, runId);
    await publishableRun(runId, run.dir);
    const manifest = options.isVerified === true ? await readManifest(run.dir) : undefined;
    const verified = manifest ?? (await verifiedRun(lake, run, options));
    return new Publication(bucket, options).publish(await filesOf(run.dir, runId, verified));
  });
}

/** The files of a run, the manifest last. */
interface FilesOfRun {
  dir: string;
  files: RunFile[];
  manifest: RunFile;
}

async function filesOf(dir: string, runId: string, manifestOfRun: Manifest): Promise<FilesOfRun> {
  const place = publishedDir(runId);
  const files: RunFile[] = publishedFiles(runId, manifestOfRun).map(({ inRun: name, ...file }) => {
    return { ...file, local: join(dir, name) };
  });
  for (const name of await namesIn(inRun.reports(dir))) {
    if (name.startsWith(TEMPORARY_PREFIX)) continue;
    const local = join(inRun.reports(dir), name);
    files.push({ path: `${place}_reports/${name}`, local, ...(await hashFile(local)) });
  }
  const local = inRun.manifest(dir);
  return {
    dir: place,
    files,
    manifest: { path: publishedManifest(runId), local, ...(await hashFile(local)) },
  };
}

/** The copying of one run. */
class Publication {
  readonly #bucket: Bucket;
  readonly #slots: Slots;
  readonly #dryRun: boolean;
  readonly #log: Logger;

  constructor(bucket: Bucket, { parallel, dryRun = false, log = silentLogger }: PublishOptions) {
    this.#bucket = bucket;
    this.#slots = new Slots(parallel);
    this.#dryRun = dryRun;
    this.#log = log;
  }

  async publish({ dir, files, manifest }: FilesOfRun): Promise<Published> {
    const all = [...files, manifest];
    const there = await this.#bucket.list(dir);
    await this.#requireSame(dir, all, there);
    const missing = all.filter(({ path }) => !there.has(path));
    const sentBytes = bytesOf(missing);
    if (!this.#dryRun) {
      const unfinished = await unfinishedUploads(this.#bucket, dir);
      const done = this.#meter(sentBytes);
      const send = (file: RunFile) => this.#send(file, unfinished, done);
      await eachAtOnce(
        missing.filter((file) => file !== manifest),
        FILES_AT_ONCE,
        send,
      );
      if (missing.includes(manifest)) await send(manifest);
    }
    return {
      files: all.length,
      bytes: bytesOf(all),
      sent: missing.length,
      sentBytes,
    };
  }

  /** Refuses different objects in the place of files, and Parquet files that the run does not have. */
  async #requireSame(
    dir: string,
    files: readonly RunFile[],
    there: ReadonlyMap<string, number>,
  ): Promise<void> {
    const known = new Set(files.map(({ path }) => path));
    const foreign = [...there.keys()].filter((path) => !known.has(path) && !mayBeBeside(dir, path));
    const problems = foreign.map((path) => `${this.#bucket.url(path)} does not belong to this run`);
    const compared = files.filter(({ path }) => there.has(path));
    await eachAtOnce(compared, FILES_AT_ONCE, async (file) => {
      this.#log.progress(`comparing ${file.path}`);
      const difference = await this.#slots.run(() => differenceOf(this.#bucket, file));
      if (difference !== undefined)
        problems.push(`${this.#bucket.url(file.path)} is a different object (${difference})`);
    });
    const [first] = problems.sort();
    if (first === undefined) return;
    const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
    throw new CheckFailedError(
      `${first}${more}: nothing was sent, because existing objects are never replaced; remove it, or publish to another location`,
    );
  }

  async #send(file: RunFile, uploads: UnfinishedUploads, done: (bytes: number) => void): Promise<void> {
    const unfinished = uploads.get(file.path) ?? [];
    const { isWritten, composite } =
      file.bytes > partBytes(file.bytes)
        ? await sendInParts(this.#bucket, { file, unfinished, slots: this.#slots, done })
        : await this.#slots.run(() => this.#sendWhole(file, done));
    const difference = await differenceOf(this.#bucket, file, composite);
    if (difference === undefined) return;
    const why = isWritten ? "differs from what was sent" : "was written by someone else in the meantime";
    throw new CheckFailedError(
      `${this.#bucket.url(file.path)} ${why} (${difference}); it was left unchanged`,
    );
  }

  async #sendWhole(
    file: RunFile,
    done: (bytes: number) => void,
  ): Promise<{ isWritten: boolean; composite?: string }> {
    const body = await readBytes(file.local);
    requireUnchanged(file, { sha256: sha256Of(body) });
    const isWritten = await this.#bucket.put(file.path, body, base64Of(file.sha256));
    done(body.length);
    return { isWritten };
  }

  #meter(total: number): (bytes: number) => void {
    const meter = new ProgressMeter("publishing", "bytes");
    let sent = 0;
    this.#log.progress(meter.text({ done: sent, total }));
    return (bytes) => {
      sent += bytes;
      this.#log.progress(meter.text({ done: sent, total }));
    };
  }
}

/** Reports that are no longer in the lake, and the empty objects that some tools create for directories. */
const mayBeBeside = (dir: string, path: string) => path.startsWith(`${dir}_reports/`) || path.endsWith("/");

const bytesOf = (files: readonly RunFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);
