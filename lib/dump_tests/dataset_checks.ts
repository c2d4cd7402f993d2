import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { quotedString } from "@duckdb/node-api";
import { type CheckResult, problemCheck } from "../checks/check.ts";
import { keyChecks, nullChecks } from "../checks/declared_checks.ts";
import { checkColumns, readParts } from "../checks/parts.ts";
import type { ExtractedDataset } from "../datasets/declaration.ts";
import type { ExtractedResult, ExtractResult, Output } from "../extract/extract_dump.ts";
import { PARQUET_FILES } from "../files/paths.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import type { RunEngine } from "../sql/duckdb/open.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { ACTIVE_SCHEMA, datasetTable } from "../sql/engine.ts";
import type { DumpTally, Tally } from "./tally.ts";

/** An extracted dataset, with what is known about it from other sources. */
export interface DatasetUnderTest {
  dataset: ExtractedDataset;
  /** The directory that it was extracted to, below the engine's directory. */
  out: string;
  /** The extractor's record. */
  result: ExtractedResult;
  /** The tally of the dump. */
  tally: Tally;
}

/** Checks extracted datasets, and that the extractor read as many records as the dump has. */
export async function checkDatasets(
  run: RunEngine,
  outputs: readonly Output[],
  extracted: ExtractResult,
  dumped: DumpTally,
): Promise<CheckResult[]> {
  const checks = [sameCheck("records", extracted.records, dumped.records)];
  for (const [index, { dataset, out }] of outputs.entries()) {
    const result = extracted.datasets[index];
    const tally = dumped.datasets[dataset.directory];
    if (result === undefined || tally === undefined) throw new TypeError(`${dataset.directory} has no tally`);
    checks.push(...(await checkDataset(run, { dataset, out, result, tally })));
  }
  return checks;
}

/** Examines a dataset's files with DuckDB and compares them with the declaration and the dump. */
export async function checkDataset(run: RunEngine, tested: DatasetUnderTest): Promise<CheckResult[]> {
  const { dataset, out, result, tally } = tested;
  const name = dataset.directory;
  const parts = await readParts(run.session, out, true);
  const files = problemCheck(`${name}.files`, parts.problems, `${parts.names.length} parts`);
  if (!files.ok) return [files];
  const { check: columns } = await checkColumns(run.session, out, dataset, parts.names, `${name}.columns`);
  const checks = [
    files,
    columns,
    sameCheck(`${name}.rows`, Number(parts.rows), tally.rows),
    sameCheck(`${name}.dropped_and_skipped`, occurred(result.counts), occurred(tally.counts)),
  ];
  return columns.ok ? [...checks, ...(await contentChecks(run, dataset))] : checks;
}

/** A check that what was found equals what the dump has. */
function sameCheck(name: string, found: unknown, inDump: unknown): CheckResult {
  const problem = `found ${JSON.stringify(found)}, but the dump has ${JSON.stringify(inDump)}`;
  return problemCheck(name, isDeepStrictEqual(found, inDump) ? [] : [problem], JSON.stringify(found));
}

/** The first rows of a dataset, as JSON. */
export async function sampleRows(session: DuckDbSession, out: string, rows: number): Promise<string[]> {
  const files = quotedString(join(out, PARQUET_FILES));
  const reader = await session.run(`SELECT * FROM ${readParquet(files)} LIMIT ${rows}`);
  return reader.getRowObjectsJson().map((row) => JSON.stringify(row));
}

async function contentChecks({ engine }: RunEngine, dataset: ExtractedDataset): Promise<CheckResult[]> {
  await engine.createSchema(ACTIVE_SCHEMA);
  await engine.externalTable(ACTIVE_SCHEMA, datasetTable(dataset, "."));
  return [...(await nullChecks(engine, dataset)), ...(await keyChecks(engine, dataset))];
}

/** Non-zero counts by reason; an extractor also reports reasons with 0. */
function occurred(counts: Record<string, number>): Record<string, number> {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return Object.fromEntries(some.sort(([a], [b]) => (a < b ? -1 : 1)));
}
