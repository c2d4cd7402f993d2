import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { withState } from "../cli/system_error.ts";
import { readChecksums } from "../dump/checksums.ts";
import { type DumpMonth, findDumpFiles, findDumpMonth } from "../dump/raw_month.ts";
import { kindOf } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import { parseRunId, requireRunId, runIdSuffix } from "../files/run_id.ts";
import { createBuilding, hasBegun, openBuilding, type RunFile } from "../lake/building.ts";
import { datasetName } from "../lake/done.ts";
import { runIdsIn } from "../lake/likely_run.ts";
import { chosenDatasets, requireSameChoice } from "../lake/run_datasets.ts";
import {
  findRun,
  newRunId,
  type RunSelection,
  type SelectedRun,
  sessionTime,
} from "../lake/run_selection.ts";
import { readActive } from "../promotion/active.ts";
import { refuseOlderMonth } from "../promotion/promotion_order.ts";

/** The run that a workflow asks for. */
export interface RunRequest {
  selection: RunSelection;
  rawRoot: string | undefined;
  runMode: RunFile["run_mode"];
  /** Datasets of the run: `all`, `historical`, or a comma-separated list. */
  datasets: string;
  /** The workflow's parameters as given, for the record. */
  parameters: RunFile["parameters"];
  log: Logger;
  /** The dump files may be missing, because the next step downloads them. */
  downloads: boolean;
  /** The run will be promoted, so its month must not be older than the active run's. */
  inOrder: boolean;
  /** When this attempt of the workflow began, in milliseconds since 1970: a run that is younger is not resumed by it. */
  attemptBegan?: number | undefined;
}

/** A run that was found or created, and what state it is in. */
export interface BegunRun {
  runId: string;
  /**
   * `ready`: begun by an earlier step of this attempt; `awaiting dumps`: nothing is created yet, because the files must be
   * downloaded first.
   */
  state: "new" | "ready" | "resumed" | "being sealed" | "sealed" | "awaiting dumps";
}

/**
 * Finds the requested run, or creates its building directory with `run.json`. ExpectedError when run id and dump month
 * disagree, when the session has a run of another month, when dump files are missing, when the run was begun in another mode or with other datasets, or when it is
 * to be promoted and its month is older than the active run's.
 */
export async function beginRun(request: RunRequest): Promise<BegunRun> {
  const selection = agreedSelection(request.selection);
  const refuse = async (runId: string) => {
    if (request.inOrder) refuseOlderMonth(runId, await readActive(selection.lake));
  };
  await refuseUsedSession(selection);
  const existing = await findRun(selection);
  if (existing !== undefined && (existing.state === "sealed" || (await hasBegun(existing.dir)))) {
    await refuse(existing.runId);
    return takeUp(existing, request);
  }
  const month = await dumpFilesOf(selection, request);
  if (month !== undefined) await checkMonth(month, request.log);
  const runId = newRunId({ ...selection, "dump-month": month?.month ?? selection["dump-month"] });
  await refuse(runId);
  if (month === undefined) return { runId, state: "awaiting dumps" };
  try {
    await createBuilding(selection.lake, runFileOf(runId, month, request));
  } catch (error) {
    throw withState(error, `run ${runId} is not begun: fix the cause and repeat the command`);
  }
  return { runId, state: "new" };
}

/**
 * Refuses a second month in a session. Digdag skips what a session has done, whatever it is given the next time, so such
 * a session would be a mix of both months.
 */
async function refuseUsedSession(selection: RunSelection): Promise<void> {
  const { lake, "run-id": runId, "dump-month": month, "session-time": session } = selection;
  if (runId !== undefined || month === undefined || session === undefined) return;
  const suffix = runIdSuffix(sessionTime(selection));
  const other = (await runIdsIn(lake)).find((id) => id.endsWith(suffix) && !id.startsWith(`${month}__`));
  if (other === undefined) return;
  throw new ExpectedError(
    `session ${session} has run ${other}, and a session is for one month: begin another session for ${month} ` +
      `(bin/digdag does by itself; digdag run --session "$(date -u '+%Y-%m-%d %H:%M:%S')")`,
  );
}

function agreedSelection(selection: RunSelection): RunSelection {
  const runId = selection["run-id"];
  if (runId === undefined) return selection;
  const month = parseRunId(requireRunId(runId))?.dumpMonth;
  const given = selection["dump-month"];
  if (given !== undefined && given !== month) {
    throw new ExpectedError(
      `dump_month is ${given}, but run_id ${runId} is of ${month}: give only one of them`,
    );
  }
  return { ...selection, "dump-month": month };
}

async function takeUp(
  { lake, runId, state, dir }: SelectedRun,
  { runMode, datasets, attemptBegan = Number.POSITIVE_INFINITY }: RunRequest,
): Promise<BegunRun> {
  if (state === "sealed") return { runId, state };
  // It has begun, so that it has a manifest.
  if ((await kindOf(inRun.runFile(dir))) === undefined) return { runId, state: "being sealed" };
  const { run } = await openBuilding(lake, runId);
  if (run.run_mode !== runMode) {
    throw new ExpectedError(
      `run ${runId} was begun with run_mode=${run.run_mode}, not ${runMode}: finish it that way, or remove it with ` +
        `bin/lake discard_run ${runId}`,
    );
  }
  requireSameChoice(run, datasets);
  return { runId, state: Date.parse(run.started) >= attemptBegan ? "ready" : "resumed" };
}

/**
 * Reports which date is used when there are several. ExpectedError when an existing checksum file does not list a dump
 * file.
 */
async function checkMonth(
  { month, date, otherDates, files, checksums }: DumpMonth,
  log: Logger,
): Promise<void> {
  if (otherDates.length > 0) {
    log.warn(
      `${month} has files of ${otherDates.length + 1} dates: using ${date}, ignoring ${otherDates.join(", ")}`,
    );
  }
  if (checksums === undefined) return;
  const sums = await readChecksums(checksums);
  const missing = files.map(({ name }) => name).filter((name) => sums?.has(name) === false);
  if (missing.length === 0) return;
  throw new ExpectedError(
    `${checksums} has no checksum of ${missing.join(", ")}: fetch it again, or remove it to skip checksums`,
  );
}

async function dumpFilesOf(selection: RunSelection, { rawRoot, downloads }: RunRequest) {
  const month = selection["dump-month"];
  if (rawRoot === undefined) throw new ExpectedError("raw_root is missing (or set DISCOGS_RAW)");
  try {
    return month === undefined ? await findDumpMonth(rawRoot) : await findDumpFiles(rawRoot, month);
  } catch (error) {
    if (downloads && month !== undefined && error instanceof ExpectedError) return undefined;
    throw error;
  }
}

function runFileOf(runId: string, month: DumpMonth, request: RunRequest): RunFile {
  return {
    run_id: runId,
    dump_month: month.month,
    dump_date: month.date,
    run_mode: request.runMode,
    parameters: { ...request.parameters, datasets: request.datasets },
    datasets: chosenDatasets(request.datasets).map(({ directory }) => datasetName(directory)),
    started: new Date().toISOString(),
    sources: month.files.map(({ entity, name, path, size }) => ({ entity, name, path, size })),
  };
}
