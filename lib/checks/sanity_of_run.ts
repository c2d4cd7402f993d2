import { CheckFailedError, ExpectedError, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { systemFailure } from "../cli/system_error.ts";
import { datasetsIn, thoseThere } from "../lake/datasets_in.ts";
import { SANITY_OF_RUN, writeReport } from "../lake/reports.ts";
import { requireActiveRun } from "../promotion/active.ts";
import { rollbackTarget } from "../promotion/rollback.ts";
import { type EngineContext, openEngine } from "../sql/choose.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { ACTIVE_SCHEMA, CATALOG } from "../sql/engine.ts";
import { registerSchema } from "../sql/register.ts";
import { rollBackWithReaders } from "../sql/switch_active.ts";
import type { CheckResult } from "./check.ts";
import { manifestRowsCheck } from "./manifest_rows.ts";
import { falseCriticals, inOrder, requireTables, sanityCsv, sanityReport } from "./sanity_report.ts";
import { unknownPathsCheck } from "./unknown_paths.ts";

/** The checks of a sanity report, and its file or the reason why it can't be written. */
export interface SanityReport {
  checks: CheckResult[];
  path?: string;
  unwritten?: ExpectedError;
}

/**
 * Runs the sanity report on one run with the embedded engine before promotion, and writes
 * `_reports/duckdb_sanity_run_<UTC>.csv` into the run. The time is that of the beginning: a dataset made meanwhile is newer than
 * the report. ExpectedError if the directory lacks datasets that the report reads.
 */
export async function reportOnRun(dir: string, limits: SessionLimits): Promise<SanityReport> {
  const begun = new Date();
  const { engine } = await openRunEngine(dir, limits);
  try {
    const has = await datasetsIn(dir);
    const tables = await thoseThere(dir, has);
    requireTables(dir, tables);
    await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables });
    const checks = await withRecords(dir, await sanityReport(engine, has));
    return await written(dir, SANITY_OF_RUN, checks, begun);
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
): Promise<SanityReport & { runId: string }> {
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
    return { ...(await written(dir, `${engine.name}_sanity_active`, checks)), runId };
  } finally {
    await engine.close();
  }
}

/** Writes a report. A system error, e.g. of a user who may only read the lake, does not cost the checks. */
async function written(dir: string, kind: string, checks: CheckResult[], time?: Date): Promise<SanityReport> {
  try {
    return { checks, path: await writeReport(dir, kind, "csv", sanityCsv(checks), time) };
  } catch (error) {
    const failure = systemFailure(error);
    if (failure === undefined) throw error;
    const { text, exitCode } = failure;
    const unwritten = new ExpectedError(`the report can't be written: ${text}`, { exitCode, cause: error });
    return { checks, unwritten };
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
 * Passes when no CRITICAL check of the active run failed and the report was written. Otherwise throws why it was not, or
 * CheckFailedError with the rollback command in its message; with `autoRollback` it rolls back first, unless another run is
 * active by now.
 */
export async function settleActive(
  lake: string,
  report: SanityReport & { runId: string },
  options: { autoRollback: boolean; env: NodeJS.ProcessEnv; log: Logger },
): Promise<void> {
  const failed = falseCriticals(report.checks);
  if (failed.length === 0) return requireWritten(report);
  const what = `CRITICAL checks of the active run ${report.runId} failed: ${failed.join(", ")} (${placeOf(report)})`;
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

/** The same for a run before its promotion, which is in `dir`. */
export function settleRun(dir: string, report: SanityReport): void {
  const failed = falseCriticals(report.checks);
  if (failed.length === 0) {
    requireWritten(report);
    return;
  }
  const where = report.unwritten === undefined ? "" : ` (${placeOf(report)})`;
  throw new CheckFailedError(`CRITICAL checks of ${dir} failed: ${failed.join(", ")}${where}`);
}

function requireWritten({ unwritten }: SanityReport): void {
  if (unwritten !== undefined) throw unwritten;
}

const placeOf = ({ path, unwritten }: SanityReport) => path ?? oneLine(unwritten);

/** Rolls back from a run, and returns the run that is active now. */
async function rollBackFrom(
  lake: string,
  from: string,
  { env, log }: { env: NodeJS.ProcessEnv; log: Logger },
): Promise<string> {
  const to = await rollbackTarget(lake, { from });
  await rollBackWithReaders({ lake, env, log }, { from, to });
  return to;
}
