import { basename, join } from "node:path";
import { CheckFailedError, ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { appendStageEvent, STAGE_LOG } from "../cli/stage_log.ts";
import { runInGroup } from "../digdag/process_group.ts";
import { allSessions } from "../digdag/session.ts";
import { type Attempt, attemptTable, readAttempts, stageLog } from "../digdag/stage_times.ts";
import { makeDirectory, removeTree } from "../files/files.ts";
import { projectRoot } from "../files/project_root.ts";
import { openEngineWithHistory } from "../history/open_history.ts";
import { datasetName } from "../lake/done.ts";
import { readManifest } from "../lake/manifest.ts";
import { requireActiveRun } from "../promotion/active.ts";
import { startS3Server } from "../s3_server/server.ts";
import { type SampleSummary, sampleSummary } from "../sample/write_sample_dump.ts";
import { readSql, sqlFiles } from "../sql/sql_files.ts";

/** Record counts of both months. */
export const FULL_MONTH = {
  artists: 10_000_000,
  labels: 2_400_000,
  masters: 2_600_000,
  releases: 19_400_000,
};
/** The two months: the same records, of which this percentage differs in the second one. */
export const MONTHS = { first: "2026-09", second: "2026-10", changedPercent: 1 };
const BUCKET = "music";

/** Options of the full-size test. */
export interface FullMonthOptions {
  /** Directory for the lake and other output; must not exist. */
  work: string;
  /** Raw root of the dumps of {@link MONTHS}. */
  raw: string;
  /** Record counts of dumps to make; undefined if the dumps are there. */
  counts: typeof FULL_MONTH | undefined;
  /** Keep the dumps that were made; otherwise those of a month are removed before the next month's are made. */
  keepDumps: boolean;
  /** Also publish the second month to an S3 server on this machine. */
  publish: boolean;
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
 * Runs everything that works on months, on a new lake and with the default memory: main.dig for either month, the comparison of
 * the two, the history, every showcase query, publishing if asked for, and a rollback to the first month. Prints each when it
 * ends. Throws ExpectedError for the first failure, and CheckFailedError when a dataset does not have the rows in the sample's
 * summary, the comparison does not find the changes in it, or `active` is wrong.
 */
export async function proveFullMonths(options: FullMonthOptions): Promise<Measured[]> {
  const measured: Measured[] = [];
  const measure = async (name: string, step: () => Promise<Attempt>) => {
    options.log.info(name);
    const attempt = await step();
    measured.push({ name, attempt });
    options.print(`${name}:`);
    for (const line of attemptTable(attempt, undefined)) options.print(line);
  };
  const { first, second, changedPercent } = MONTHS;
  const buildMonth = async (month: string, changed: number) => {
    const { counts } = options;
    if (counts !== undefined)
      await measure(`dumps of ${month}`, () => makeDumps(options, month, counts, changed));
    await measure(`main.dig, ${month}`, () => mainDig(options, month));
    const sample = await sampleSummary(join(options.raw, month));
    await requireRows(options, month, sample);
    if (counts !== undefined && !options.keepDumps) await removeTree(join(options.raw, month));
    return sample;
  };
  await buildMonth(first, 0);
  const sample = await buildMonth(second, changedPercent);
  await measure("comparison", () => lakeScript(options, "compare_runs"));
  await requireChanges(options, sample?.changes);
  await measure("history_pipeline.dig", () => workflow(options, "history_pipeline.dig", []));
  await measure("showcase queries", () => scripts(options, "showcase", showcaseScripts(options)));
  if (options.publish) await measure("publishing", () => publish(options));
  await measure("rollback.dig", () => workflow(options, "rollback.dig", []));
  await requireActiveMonth(options, first);
  return measured;
}

function makeDumps(
  options: FullMonthOptions,
  month: string,
  counts: typeof FULL_MONTH,
  changedPercent: number,
): Promise<Attempt> {
  const sizes = Object.entries(counts).map(([kind, count]) => `--${kind}=${count}`);
  const args = [`--out=${options.raw}`, `--month=${month}`, `--changed=${changedPercent}`, ...sizes];
  return scripts(options, `dumps_${month}`, [
    { task: "make_sample_dump", script: "scripts/make_sample_dump.ts", args },
  ]);
}

/** Runs one script on the lake. */
function lakeScript(options: FullMonthOptions, name: string, args: readonly string[] = []): Promise<Attempt> {
  const lake = `--lake=${lakeOf(options)}`;
  return scripts(options, name, [{ task: name, script: `scripts/${name}.ts`, args: [lake, ...args] }]);
}

/** Publishes the active run to a server whose bucket is a directory beside the lake. */
async function publish(options: FullMonthOptions): Promise<Attempt> {
  const server = await startS3Server(join(options.work, "s3"), BUCKET, options);
  try {
    const env = { ...options.env, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test-secret" };
    const to = [`--to=s3://${BUCKET}/lake`, `--endpoint=${server.endpoint}`, "--path-style=true"];
    return await lakeScript({ ...options, env }, "publish_run", ["--active", "--region=us-east-1", ...to]);
  } finally {
    await server.stop();
  }
}

/** A script, and its name in the table. */
interface ScriptStep {
  task: string;
  script: string;
  args: string[];
}

type ScriptContext = Pick<FullMonthOptions, "work" | "env" | "signal">;

/** Runs scripts in sequence, like a workflow. */
async function scripts(context: ScriptContext, name: string, steps: readonly ScriptStep[]): Promise<Attempt> {
  const dir = join(context.work, name);
  await makeDirectory(dir);
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

function mainDig(options: FullMonthOptions, month: string): Promise<Attempt> {
  const env = { ...options.env, DISCOGS_RAW: options.raw };
  return workflow({ ...options, env }, "main.dig", ["run_mode=prod", `dump_month=${month}`]);
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

/** Runs a program, whose output becomes this process's messages, and ends with it what it started. */
async function run(
  { signal }: Pick<FullMonthOptions, "signal">,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const print = (chunk: Buffer) => void process.stderr.write(chunk);
  const output = { stdout: print, stderr: print };
  const code = await runInGroup({ program, args: [...args], cwd: projectRoot, env, output, signal });
  if (code !== 0) {
    throw new ExpectedError(
      `${basename(program)} ${args.join(" ")} failed: exit ${code}; see its output above`,
    );
  }
}

/** Checks that a run of the month is active and that its datasets have the sample's rows; real dumps have no such record. */
export async function requireRows(
  options: FullMonthOptions,
  month: string,
  expected: SampleSummary | undefined,
): Promise<void> {
  const dir = await requireActiveMonth(options, month);
  if (expected === undefined) {
    options.log.info(`${join(options.raw, month)} is not a sample: expected row counts are unknown`);
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

/** Checks that a run of the month is active; returns its directory. */
async function requireActiveMonth(options: FullMonthOptions, month: string): Promise<string> {
  const { runId, dir } = await requireActiveRun(lakeOf(options));
  if (!runId.startsWith(`${month}__`))
    throw new CheckFailedError(`run ${runId} is active, which is not of ${month}`);
  return dir;
}

/** Checks that the comparison found as many records of each kind as the sample changed, or any, of real dumps. */
async function requireChanges(options: FullMonthOptions, expected: SampleSummary["changes"]): Promise<void> {
  const engine = await openEngineWithHistory(lakeOf(options), {}, { env: options.env, log: options.log });
  const { rows } = await engine.query(readSql("history/report_changes.sql")).finally(() => engine.close());
  if (rows.length === 0) throw new CheckFailedError("the comparison found no changes");
  for (const [, , entity, ...counts] of rows) {
    const [added, removed, changed] = counts.map(Number);
    const made = expected?.[`${entity}s` as keyof typeof expected];
    const text = `${entity}: ${added} added, ${removed} removed, ${changed} changed`;
    options.print(made === undefined ? text : `${text}; generated: ${JSON.stringify(made)}`);
    if (made === undefined) continue;
    if (added !== made.added || removed !== made.removed + made.merged || changed !== made.changed) {
      throw new CheckFailedError(
        `the comparison of ${entity}s found other changes than were made: ${JSON.stringify(made)}`,
      );
    }
  }
}

/** The lake of the test. */
const lakeOf = ({ work }: Pick<FullMonthOptions, "work">): string => join(work, "lake");
