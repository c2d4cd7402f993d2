import { CheckFailedError, ExpectedError, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { systemFailure } from "../cli/system_error.ts";
import { datasetsIn, thoseThere } from "../lake/datasets_in.ts";
import { SANITY_OF_RUN, writeReport } from "../lake/reports.ts";
import { requireActiveRun } from "../promotion/active.ts";
import { rollback, rollbackTarget } from "../promotion/rollback.ts";
import { type EngineContext, openEngine } from "../sql/choose.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { ACTIVE_SCHEMA, CATALOG } from "../sql/engine.ts";
import { registerSchema } from "../sql/register.ts";
import { withReaders } from "../sql/switch_active.ts";
import type { CheckResult } from "./check.ts";
import { manifestRowsCheck } from "./manifest_rows.ts";
import { falseCriticals, inOrder, requireTables, sanityCsv, sanityReport } from "./sanity_report.ts";
import { unknownPathsCheck } from "./unknown_paths.ts";

/** A sanity report and its file. */
export interface WrittenReport {
  path: string;
  checks: CheckResult[];
}

/**
 * Runs the sanity report on one run with the embedded engine before promotion, and writes
 * `_reports/duckdb_sanity_run_<UTC>.csv` into the run. The time is that of the beginning: a dataset made meanwhile is newer than
 * the report. ExpectedError if the directory lacks datasets that the report reads.
 */
export async function reportOnRun(dir: string, limits: SessionLimits): Promise<WrittenReport> {
  const begun = new Date();
  const { engine } = await openRunEngine(dir, limits);
  try {
    const has = await datasetsIn(dir);
    const tables = await thoseThere(dir, has);
    requireTables(dir, tables);
    await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables });
    const checks = await withRecords(dir, await sanityReport(engine, has));
    return { path: await writeReport(dir, SANITY_OF_RUN, "csv", sanityCsv(checks), begun), checks };
  } finally {
    await engine.close();
  }
}

/**
 * Runs the sanity report on `active` with the chosen engine, compares the rows that it reads with the manifest, and writes
 * `_reports/<engine>_sanity_active_<UTC>.csv` into the active run. ExpectedError when no run is active, its schema is not
 * registered, or another run is promoted meanwhile.
 */
export async function reportOnActive(
  lake: string,
  limits: SessionLimits,
  context: EngineContext = {},
): Promise<WrittenReport & { runId: string }> {
  const { runId, dir } = await requireActiveRun(lake);
  const engine = await openEngine(lake, limits, context);
  try {
    if ((await engine.objects(ACTIVE_SCHEMA)).length === 0) {
      throw new ExpectedError(
        `${CATALOG}.${ACTIVE_SCHEMA} is not registered: run bin/lake register_active first`,
      );
    }
    const has = await datasetsIn(dir);
    const rows = await manifestRowsCheck(engine, dir, has);
    const checks = await withRecords(dir, [...rows, ...(await sanityReport(engine, has))]);
    if ((await requireActiveRun(lake)).runId !== runId) {
      throw new ExpectedError(`another run than ${runId} became active during the report: run it again`);
    }
    const path = await writeReport(dir, `${engine.name}_sanity_active`, "csv", sanityCsv(checks));
    return { path, checks, runId };
  } finally {
    await engine.close();
  }
}

/** Adds the checks of the run's own records, which SQL can't read. */
async function withRecords(dir: string, checks: readonly CheckResult[]): Promise<CheckResult[]> {
  return inOrder([...checks, ...(await unknownPathsCheck(dir))]);
}

/** The command that rolls a lake back to the run that the active one replaced. */
function rollbackCommand(lake: string): string {
  const quoted = /^[\w./-]+$/.test(lake) ? lake : `'${lake.replaceAll("'", "'\\''")}'`;
  return `bin/lake rollback --lake ${quoted}`;
}

/**
 * Passes when no CRITICAL check of the active run failed. Otherwise throws CheckFailedError with the rollback command
 * in its message; with `autoRollback` it rolls back first, unless another run is active by now.
 */
export async function settleActive(
  lake: string,
  report: WrittenReport & { runId: string },
  options: { autoRollback: boolean; env: NodeJS.ProcessEnv; log: Logger },
): Promise<void> {
  const failed = falseCriticals(report.checks);
  if (failed.length === 0) return;
  const what = `CRITICAL checks of the active run ${report.runId} failed: ${failed.join(", ")} (${report.path})`;
  if (!options.autoRollback) {
    throw new CheckFailedError(`${what}; the run stays active; to roll back: ${rollbackCommand(lake)}`);
  }
  let outcome: string;
  try {
    outcome = `rolled back to run ${await rollBackFrom(lake, report.runId, options)}`;
  } catch (error) {
    // Whatever it is, the failed checks end the script, and their names must be in its message.
    throw new CheckFailedError(
      `${what}; rolling back failed: ${systemFailure(error)?.text ?? oneLine(error)}; to roll back: ${rollbackCommand(lake)}`,
      { cause: error },
    );
  }
  throw new CheckFailedError(`${what}; ${outcome}`);
}

/** Rolls back from a run, and returns the run that is active now. */
async function rollBackFrom(
  lake: string,
  from: string,
  { env, log }: { env: NodeJS.ProcessEnv; log: Logger },
): Promise<string> {
  const to = await rollbackTarget(lake);
  await withReaders({ lake, env, log }, to, () => rollback(lake, { from, to, log }));
  return to;
}
