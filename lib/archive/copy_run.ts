import { chmod, copyFile, mkdir, stat, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { bytesText } from "../cli/amounts.ts";
import { CheckFailedError, ExpectedError, hasCode, withCleanup } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { ProgressMeter } from "../cli/progress.ts";
import {
  filesBelow,
  hashFile,
  kindOf,
  makeDirectory,
  namesIn,
  publishDirectory,
  removeTree,
} from "../files/files.ts";
import { halfMade } from "../files/half_made.ts";
import { archivedDir, inRun, TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { removeWriteBits, verifiedManifest } from "../lake/seal.ts";

/** A copy of a run to make. */
export interface CopyOfRun {
  runId: string;
  from: string;
  /** The directory in which the copy is placed, under the run's id. */
  parent: string;
  /** Prefix of the temporary name: `archiving`. */
  what: string;
  bytes: number;
  /** What is known about its manifest. */
  recorded: readonly RecordedManifest[];
  log: Logger;
  afterStep?: (step: "copied" | "verified") => void | Promise<void>;
}

/**
 * Copies a sealed run under a temporary name, verifies the copy by its manifest, and publishes it as `<parent>/<run id>`,
 * durable and without write bits. A failure publishes nothing and leaves nothing behind.
 */
export async function copyRun(options: CopyOfRun): Promise<void> {
  const { runId, from, parent, what, log, afterStep = () => {} } = options;
  await removeLeft(parent, `${TEMPORARY_PREFIX}${what}.${runId}.`);
  await requireSpace(parent, options.bytes);
  await requireModes(parent, `${TEMPORARY_PREFIX}${what}.${runId}.`);
  const temporary = join(parent, temporaryName(`${what}.${runId}`));
  const isDone = halfMade(temporary);
  try {
    await copyTree(from, temporary, log);
    await afterStep("copied");
    await requireSameData(from, temporary, options);
    await requireSameReports(from, temporary);
    await removeWriteBits(temporary);
    await afterStep("verified");
    await publishDirectory(temporary, join(parent, runId));
  } catch (error) {
    // What can't be removed now, e.g. on a failing disk, is removed by the next call.
    await removeTree(temporary).catch(() => undefined);
    throw error;
  } finally {
    isDone();
  }
}

/** CheckFailedError unless the copy passes verification by the run's manifest. */
export async function requireSameData(
  dir: string,
  copy: string,
  { runId, recorded, log }: Pick<CopyOfRun, "runId" | "recorded" | "log">,
): Promise<void> {
  const original = { sha256: (await hashFile(inRun.manifest(dir))).sha256, where: inRun.manifest(dir) };
  try {
    await verifiedManifest(copy, runId, { log, recorded: [...recorded, original] });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new CheckFailedError(
      `the copy in ${copy} failed verification, ${dir} is unchanged: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** CheckFailedError unless the copy has the run's reports. */
export async function requireSameReports(dir: string, copy: string): Promise<void> {
  const wrong = await differentReport(dir, copy);
  if (wrong === undefined) return;
  throw new CheckFailedError(
    `the copy in ${copy} failed verification, ${dir} is unchanged: its ${wrong} differs`,
  );
}

/** The first report of a run that is missing or different in its copy. */
async function differentReport(dir: string, copy: string): Promise<string | undefined> {
  for (const name of await namesIn(inRun.reports(dir))) {
    const [one, other] = [join(inRun.reports(dir), name), join(inRun.reports(copy), name)];
    if ((await kindOf(other)) !== "file") return `_reports/${name}`;
    if ((await hashFile(one)).sha256 !== (await hashFile(other)).sha256) return `_reports/${name}`;
  }
  return undefined;
}

/** Copies everything below a directory, without syncing or comparing files. */
export async function copyTree(from: string, to: string, log: Logger): Promise<void> {
  await makeDirectory(to);
  const names = await filesBelow(from);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(from, name))).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const meter = new ProgressMeter("copying", "bytes");
  let done = 0;
  for (const [index, name] of names.entries()) {
    log.progress(`${meter.text({ done, total })}, ${name}`);
    await makeDirectory(dirname(join(to, name)));
    await copyFile(join(from, name), join(to, name));
    done += sizes[index] ?? 0;
  }
}

/** Removes what interrupted calls left under temporary names. To be called under the run's lock. */
export async function removeLeft(parent: string, beginning: string): Promise<void> {
  for (const name of await namesIn(parent)) {
    if (name.startsWith(beginning)) await removeTree(join(parent, name));
  }
}

/** ExpectedError when a file system has fewer free bytes. */
async function requireSpace(dir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new ExpectedError(
    `${dir} has ${bytesText(free)} left, but the run takes ${bytesText(bytes)}: free some space first`,
  );
}

/** ExpectedError when a file system does not keep the modes of files and directories: a copy there could not be read-only. */
async function requireModes(parent: string, beginning: string): Promise<void> {
  const trial = join(parent, `${beginning}modes.${process.pid}`);
  const isDone = halfMade(trial);
  const isKept = await withCleanup(
    () => keepsModes(trial),
    async () => {
      await removeTree(trial);
      isDone();
    },
  );
  if (isKept) return;
  throw new ExpectedError(
    `${parent} is on a file system that does not keep file permissions, so a run can't be read-only there: choose another disk`,
  );
}

/** Whether a new directory, and a file in it, lose their write bits when these are removed. */
async function keepsModes(trial: string): Promise<boolean> {
  const file = join(trial, "file");
  await mkdir(trial);
  await writeFile(file, "");
  try {
    for (const path of [file, trial]) await chmod(path, 0o555);
  } catch (error) {
    if (hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP")) return false;
    throw error;
  }
  const stats = await Promise.all([file, trial].map((path) => stat(path)));
  return stats.every(({ mode }) => (mode & 0o222) === 0);
}

/** Refuses the copy of an archived run that lacks its manifest, and names that in the lake. An absent copy is none. */
export async function refuseWithoutManifest(lake: string, runId: string, location: string): Promise<void> {
  const names = await namesIn(location);
  if (names.length === 0 || names.includes(basename(inRun.manifest(location)))) return;
  const kept = inRun.manifest(archivedDir(lake, runId));
  throw new ExpectedError(`${location} has no manifest.json: copy ${kept} there`);
}
