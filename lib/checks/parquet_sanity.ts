import { join } from "node:path";
import type { Logger } from "../cli/log.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import { openRunEngine, type RunEngine } from "../sql/duckdb/open.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { ACTIVE_SCHEMA } from "../sql/engine.ts";
import { registerSchema } from "../sql/register.ts";
import { type CheckResult, problemCheck } from "./check.ts";
import { distinctChecks, nullChecks, uniqueChecks } from "./declared_checks.ts";
import type { MinRows } from "./min_rows.ts";
import { checkColumns, type Parts, readParts } from "./parts.ts";
import { runSqlCheck, sqlChecks } from "./sql_checks.ts";
import { datasetsToCheck, readSubject, type Subject } from "./subject.ts";

export interface SanityOptions extends SessionLimits {
  /**
   * Only what footers and key columns say: files, columns, row counts, mandatory columns. Left out: decoding every
   * value, uniqueness, repeated rows, references between datasets, recomputed counts (all of `sql/checks/`).
   */
  fast: boolean;
  minRows: MinRows;
  log: Logger;
}

/** `_reports/parquet_sanity_<UTC>.json`, but for the values being bigints. */
export interface SanityResult {
  /** Null for a directory that does not say which run it is. */
  run_id: string | null;
  fast: boolean;
  started: string;
  ended: string;
  passed: boolean;
  checks: CheckResult[];
}

/**
 * Checks the files of a run (the data contract, Parquet sanity of a run). Nothing in the run is changed. What is
 * wrong with the data is in the result; ExpectedError only when the directory can't be opened.
 */
export async function parquetSanity(dir: string, options: SanityOptions): Promise<SanityResult> {
  const started = new Date().toISOString();
  const subject = await readSubject(dir);
  const run = await openRunEngine(dir, options);
  try {
    const { checks, sound } = await fileChecks(run, subject, options);
    checks.push(...(await contentChecks(run, subject, sound, options)));
    const passed = checks.every(({ ok }) => ok);
    const ended = new Date().toISOString();
    return { run_id: subject.runId ?? null, fast: options.fast, started, ended, passed, checks };
  } finally {
    await run.engine.close();
  }
}

/** Checks the files of every dataset; `sound` are those that can be queried. */
async function fileChecks({ session }: RunEngine, subject: Subject, options: SanityOptions) {
  const checks: CheckResult[] = [];
  const sound: TableDeclaration[] = [];
  for (const dataset of await datasetsToCheck(subject.dir)) {
    options.log.progress(`reading ${dataset.directory}`);
    const name = datasetName(dataset.directory);
    const directory = join(subject.dir, dataset.directory);
    const parts = await readParts(session, directory, !options.fast);
    const found = `${parts.names.length} parts, ${parts.rows} rows`;
    const files = problemCheck(
      `${name}.files`,
      parts.problems.map((problem) => `${dataset.directory}: ${problem}`),
      found,
    );
    checks.push(files);
    if (!files.ok) continue;
    const original = subject.state === "unrecorded";
    const columns = await checkColumns(session, directory, dataset, parts.names, {
      name: `${name}.columns`,
      original,
    });
    checks.push(columns, ...rowChecks(name, parts, subject, options.minRows));
    if (columns.ok) sound.push(dataset);
  }
  return { checks, sound };
}

function rowChecks(name: string, { rows }: Parts, subject: Subject, minRows: MinRows): CheckResult[] {
  const least = minRows[name] ?? 0;
  const enough = rows >= BigInt(least);
  const checks: CheckResult[] = [
    {
      name: `${name}.rows`,
      severity: "CRITICAL",
      ok: enough,
      value: rows,
      details: `rows, at least ${least} expected`,
    },
  ];
  if (subject.recordedRows === undefined) return checks;
  const recorded = subject.recordedRows.get(name);
  const same = recorded !== undefined && rows === BigInt(recorded);
  const details = `rows, recorded are ${recorded ?? "none"}`;
  return [...checks, { name: `${name}.rows_recorded`, severity: "CRITICAL", ok: same, value: rows, details }];
}

async function contentChecks(
  { engine }: RunEngine,
  subject: Subject,
  sound: readonly TableDeclaration[],
  { fast, log }: SanityOptions,
): Promise<CheckResult[]> {
  await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables: sound });
  const checks: CheckResult[] = [];
  // The Python original did not make the rows of its xrefs distinct.
  const repeatedRows = subject.state === "unrecorded" ? "INFO" : "CRITICAL";
  for (const dataset of sound) {
    log.progress(`checking ${dataset.directory}`);
    checks.push(...(await nullChecks(engine, dataset)));
    if (fast) continue;
    checks.push(...(await uniqueChecks(engine, dataset)));
    checks.push(...(await distinctChecks(engine, dataset, repeatedRows)));
  }
  if (fast) return checks;
  const usable = new Set(sound.map(({ table }) => table));
  for (const check of sqlChecks()) {
    log.progress(`checking ${check.name}`);
    checks.push(await runSqlCheck(engine, check, usable));
  }
  return checks;
}
