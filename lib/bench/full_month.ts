import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { CheckFailedError, ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { appendStageEvent, STAGE_LOG } from "../cli/stage_log.ts";
import { projectRoot } from "../digdag/places.ts";
import { allSessions } from "../digdag/session.ts";
import { type Attempt, attemptTable, readAttempts, stageLog } from "../digdag/stage_times.ts";
import { datasetName } from "../lake/done.ts";
import { readManifest } from "../lake/manifest.ts";
import { requireActiveRun } from "../promotion/active.ts";
import { sampleSummary } from "../sample/write_sample_dump.ts";
import { sqlFiles } from "../sql/sql_files.ts";

/** Record counts of the full month of 2026-09. */
export const FULL_MONTH = {
  artists: 10_000_000,
  labels: 2_400_000,
  masters: 2_600_000,
  releases: 19_400_000,
};
/** The previous, promoted month: small, because only its presence matters. */
const SMALL_MONTH = { artists: 2000, labels: 500, masters: 600, releases: 3000 };
const BEFORE = "2026-08";
/** The full-size month. */
export const MONTH = "2026-09";

/** Options of the full-size test. */
export interface FullMonthOptions {
  /** Directory for the lake and other output; must not exist. */
  work: string;
  /** Raw root with the dumps of {@link MONTH}. */
  raw: string;
  env: NodeJS.ProcessEnv;
  /** Aborts the running script. */
  signal: AbortSignal;
  log: Logger;
  print(line: string): void;
}

/** The measurement of a part of the test. */
export interface Measured {
  name: string;
  attempt: Attempt;
}

/**
 * Runs everything that works on a month, on a new lake and with the default memory: main.dig for a small month and then for the
 * month in `raw`, the history, every showcase query and a rollback. Prints each when it ends. Throws ExpectedError for the first
 * failure, and CheckFailedError when a dataset does not have the rows in the sample's summary or `active` is wrong.
 */
export async function proveFullMonth(options: FullMonthOptions): Promise<Measured[]> {
  const measured: Measured[] = [];
  const measure = async (name: string, step: () => Promise<Attempt>) => {
    options.log.info(name);
    const attempt = await step();
    measured.push({ name, attempt });
    options.print(`${name}:`);
    for (const line of attemptTable(attempt, undefined)) options.print(line);
  };
  const small = join(options.work, "small_raw");
  await measure(`sample of ${BEFORE}`, () =>
    scripts(options, "sample", [sampleScript(small, BEFORE, SMALL_MONTH)]),
  );
  await measure(`main.dig, ${BEFORE}`, () => mainDig(options, small, BEFORE));
  const before = await requireActiveRun(lakeOf(options));
  await measure(`main.dig, ${MONTH}`, () => mainDig(options, options.raw, MONTH));
  await requireRows(options);
  await measure("history_pipeline.dig", () => workflow(options, "history_pipeline.dig", []));
  await measure("showcase queries", () => scripts(options, "showcase", showcaseScripts(options)));
  await measure("rollback.dig", () => workflow(options, "rollback.dig", []));
  const { runId } = await requireActiveRun(lakeOf(options));
  if (runId !== before.runId) {
    throw new CheckFailedError(`after the rollback run ${runId} is active, not ${before.runId}`);
  }
  return measured;
}

/** The command that makes a month of sample dumps. */
export function sampleScript(out: string, month: string, counts: typeof FULL_MONTH): ScriptStep {
  const sizes = Object.entries(counts).map(([kind, count]) => `--${kind}=${count}`);
  const args = [`--out=${out}`, `--month=${month}`, ...sizes];
  return { task: `make_sample_dump`, script: "scripts/make_sample_dump.ts", args };
}

/** A script, and its name in the table. */
interface ScriptStep {
  task: string;
  script: string;
  args: string[];
}

type ScriptContext = Pick<FullMonthOptions, "work" | "env" | "signal">;

/** Runs scripts in sequence, like a workflow. */
export async function scripts(
  context: ScriptContext,
  name: string,
  steps: readonly ScriptStep[],
): Promise<Attempt> {
  const dir = join(context.work, name);
  await mkdir(dir, { recursive: true });
  const log = stageLog({ dir });
  appendStageEvent(log, { event: "workflow began", time: new Date().toISOString() });
  for (const { task, script, args } of steps) {
    const env = { ...context.env, [STAGE_LOG]: log, task_name: `+${name}+${task}` };
    await run(context, process.execPath, ["bin/run.mjs", script, ...args], env);
  }
  appendStageEvent(log, { event: "workflow ended", time: new Date().toISOString(), exit: 0 });
  return lastAttempt({ dir });
}

function showcaseScripts(options: FullMonthOptions): ScriptStep[] {
  return sqlFiles("showcase_queries").map((file) => ({
    task: basename(file, ".sql"),
    script: "scripts/run_sql_to_csv.ts",
    args: [
      `--lake=${lakeOf(options)}`,
      `--sql-file=sql/showcase_queries/${file}`,
      `--out-dir=${join(options.work, "showcase")}`,
    ],
  }));
}

function mainDig(options: FullMonthOptions, raw: string, month: string): Promise<Attempt> {
  const parameters = ["run_mode=prod", `dump_month=${month}`, "accept_drift=true"];
  return workflow({ ...options, env: { ...options.env, DISCOGS_RAW: raw } }, "main.dig", parameters);
}

async function workflow(
  options: FullMonthOptions,
  file: string,
  parameters: readonly string[],
): Promise<Attempt> {
  const lake = lakeOf(options);
  const env = { ...options.env, DISCOGS_DATA_LAKE: lake };
  const args = ["run", file, ...parameters.flatMap((parameter) => ["-p", parameter])];
  await run(options, join(projectRoot, "bin", "digdag"), args, env);
  const sessions = (await allSessions(lake)).filter(({ record }) => `${record.workflow}.dig` === file);
  const newest = sessions.sort((a, b) => (a.record.session < b.record.session ? -1 : 1)).at(-1);
  if (newest === undefined) throw new TypeError(`${file} left no session`);
  return lastAttempt(newest);
}

async function lastAttempt(session: { dir: string }): Promise<Attempt> {
  const attempt = (await readAttempts(session)).at(-1);
  if (attempt === undefined) throw new TypeError(`${session.dir} has no times`);
  return attempt;
}

/** Runs a program whose output becomes this process's messages. */
async function run(
  { signal }: Pick<FullMonthOptions, "signal">,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const child = spawn(program, args, { cwd: projectRoot, env, signal, stdio: ["ignore", 2, 2] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0) {
    throw new ExpectedError(
      `${basename(program)} ${args.join(" ")} failed: exit ${code}; see its output above`,
    );
  }
}

/** Checks that the active run is of the month and that its datasets have the sample's rows; real dumps have no such record. */
async function requireRows(options: FullMonthOptions): Promise<void> {
  const { runId, dir } = await requireActiveRun(lakeOf(options));
  if (!runId.startsWith(`${MONTH}__`))
    throw new CheckFailedError(`run ${runId} is active, which is not of ${MONTH}`);
  const expected = await sampleSummary(join(options.raw, MONTH));
  if (expected === undefined) {
    options.log.info(`${options.raw} is not a sample: expected row counts are unknown`);
    return;
  }
  const manifest = await readManifest(dir);
  const canonical = Object.entries(expected.datasets).map(
    ([directory, { rows }]) => [directory, rows] as const,
  );
  for (const [directory, rows] of [...canonical, ...Object.entries(expected.details)]) {
    const found = manifest?.datasets[datasetName(directory)]?.rows;
    if (found !== rows)
      throw new CheckFailedError(`${directory} has ${found} rows, but the dump has ${rows}`);
  }
}

/** The lake of the test. */
export const lakeOf = ({ work }: Pick<FullMonthOptions, "work">): string => join(work, "lake");
