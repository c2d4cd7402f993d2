import { stat, statfs } from "node:fs/promises";
import { bytesText } from "../cli/amounts.ts";
import { isDirectory, kindOf } from "../files/files.ts";
import { lakePaths, sealedDir } from "../files/paths.ts";
import { listArchived } from "../lake/archived.ts";
import { datasetBytes, type Manifest, readManifest } from "../lake/manifest.ts";
import { bytesBelow } from "./file_sizes.ts";
import { orProblem } from "./problem.ts";
import type { RunStatus } from "./run_status.ts";

/** The disk of a lake, in bytes. */
export interface DiskStatus {
  used: {
    /** Sealed runs, and those of the Python original. */
    runs: number;
    /** Runs under construction or unfinished. */
    unfinished: number;
    /** `_meta/`: sessions, logs, history, archive records. */
    meta: number;
    /** Everything else: extracts of tests, leftovers of interrupted steps. */
    other: number;
    total: number;
  };
  /** Bytes available to this user on the file system of `_runs`, and its size. */
  free: number;
  size: number;
  /** The dump files below the raw root; null if that is unknown. */
  dumps: number | null;
  next_month: NextMonth | null;
}

/** An estimate of the next month from the last ones. */
export interface NextMonth {
  /** The run that it is estimated from, and the run of an earlier month that determines the growth. */
  from: string[];
  /** The size of the last month's datasets relative to the one before, at least 1. */
  growth: number;
  /** Sizes of the run's datasets and of its dumps. */
  run: number;
  dumps: number;
  /** The part that goes to the file system of `_runs`. */
  needed: number;
  /** Whether that much is free. */
  fits: boolean;
  /** A description of the estimate. */
  how: string;
}

interface DiskRequest {
  lake: string;
  rawRoot: string | undefined;
}

/** The disk usage of a lake, and an estimate of the next month. */
export async function diskStatus(
  { lake, rawRoot }: DiskRequest,
  runs: readonly RunStatus[],
  problems: string[],
): Promise<DiskStatus> {
  const disk = await runsDisk(lake);
  const { bavail, bsize, blocks } = await statfs(disk);
  const free = bavail * bsize;
  const used = await orProblem(problems, emptyUse, () => usedBy(lake, runs));
  const dumps = await orProblem(problems, null, async () =>
    rawRoot === undefined ? null : bytesBelow(rawRoot),
  );
  const next = await nextMonth(lake, runs, { disk, free, rawRoot });
  if (next !== null && !next.fits) {
    problems.push(
      `the next month needs ${bytesText(next.needed)}, but only ${bytesText(free)} are free: archive a run, or add space`,
    );
  }
  return { used, free, size: blocks * bsize, dumps, next_month: next };
}

/** The directory whose file system new runs go to: `_runs` may be a link to another disk. */
async function runsDisk(lake: string): Promise<string> {
  const { runs } = lakePaths(lake);
  return (await isDirectory(runs)) ? runs : lake;
}

const emptyUse: DiskStatus["used"] = { runs: 0, unfinished: 0, meta: 0, other: 0, total: 0 };

async function usedBy(lake: string, runs: readonly RunStatus[]): Promise<DiskStatus["used"]> {
  const { meta: metaDir, runs: runsDir } = lakePaths(lake);
  const inLake = (state: RunStatus["state"]) => state !== "archived" && state !== "missing";
  const isUnfinished = ({ state }: RunStatus) => state === "building" || state === "unfinished";
  const sum = (some: readonly RunStatus[]) => some.reduce((all, { bytes }) => all + (bytes ?? 0), 0);
  const there = runs.filter(({ state }) => inLake(state));
  const unfinished = sum(there.filter(isUnfinished));
  const finished = sum(there.filter((run) => !isUnfinished(run)));
  const inRuns = await bytesBelow(runsDir);
  const meta = await bytesBelow(metaDir);
  // The walk through the lake does not follow links, which `_runs`, `_meta` and runs may be, to other disks.
  const inLakeItself = async (dir: string, bytes: number) =>
    (await kindOf(dir)) === "directory" ? bytes : 0;
  const outside =
    (await bytesBelow(lake)) - (await inLakeItself(metaDir, meta)) - (await inLakeItself(runsDir, inRuns));
  const other = Math.max(0, outside) + Math.max(0, inRuns - finished - unfinished);
  return { runs: finished, unfinished, meta, other, total: finished + unfinished + meta + other };
}

interface Measured {
  runId: string;
  month: string;
  bytes: number;
  dumps: number;
  datasets: string;
}

async function nextMonth(
  lake: string,
  runs: readonly RunStatus[],
  { disk, free, rawRoot }: { disk: string; free: number; rawRoot: string | undefined },
): Promise<NextMonth | null> {
  const [last, before] = await lastMonths(lake, runs);
  if (last === undefined) return null;
  const growth = before === undefined ? 1 : Math.max(1, last.bytes / before.bytes);
  const run = Math.ceil(last.bytes * growth);
  const dumps = Math.ceil(last.dumps * growth);
  const shared = rawRoot === undefined || (await sameFileSystem(disk, rawRoot));
  const needed = run + (shared ? dumps : 0);
  const how =
    `the size of the datasets of run ${last.runId}` +
    (before === undefined ? "" : `, times its growth since ${before.month} (${growth.toFixed(3)})`) +
    (shared ? ", and its dumps" : "; its dumps are on another file system") +
    "; excluding temporary files of the embedded engine";
  const from = [last, before].flatMap((each) => (each === undefined ? [] : [each.runId]));
  return { from, growth, run, dumps, needed, fits: needed <= free, how };
}

/** The newest sealed run, and the newest of an earlier month with the same datasets. */
async function lastMonths(lake: string, runs: readonly RunStatus[]): Promise<(Measured | undefined)[]> {
  const archived = new Map((await listArchived(lake)).map(({ runId, dir }) => [runId, dir]));
  const whole = runs.filter(({ state }) => state === "sealed" || state === "archived").reverse();
  let last: Measured | undefined;
  for (const { run_id: runId } of whole) {
    const manifest = await readManifest(archived.get(runId) ?? sealedDir(lake, runId));
    if (manifest === undefined) continue;
    const measured = measure(manifest);
    if (last === undefined) last = measured;
    else if (measured.month < last.month && measured.datasets === last.datasets) return [last, measured];
  }
  return [last];
}

function measure(manifest: Manifest): Measured {
  const { run_id: runId, dump_month: month, datasets, sources } = manifest;
  return {
    runId,
    month,
    bytes: datasetBytes(manifest),
    dumps: sources.reduce((sum, { size }) => sum + size, 0),
    datasets: Object.keys(datasets).sort().join(" "),
  };
}

async function sameFileSystem(dir: string, other: string): Promise<boolean> {
  if (!(await isDirectory(other))) return true;
  return (await stat(dir)).dev === (await stat(other)).dev;
}
