import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import type { ExtractedDataset } from "../datasets/declaration.ts";
import { duckdbType } from "../datasets/types.ts";
import type { ExtractedResult } from "../extract/extract_dump.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import type { Tally } from "./tally.ts";

export interface CheckResult {
  /** `<dataset>: <what is checked>` */
  name: string;
  ok: boolean;
  /** What was found, and where it is not ok, what was expected. */
  details: string;
}

/** An extracted dataset with what is known of it from other sides. */
export interface DatasetUnderTest {
  dataset: ExtractedDataset;
  /** The directory that it was extracted to. */
  out: string;
  /** What the extractor says of it. */
  result: ExtractedResult;
  /** What the dump has. */
  tally: Tally;
}

/** Looks at a dataset's files with DuckDB and compares them with the declaration and with what the dump has. */
export async function checkDataset(session: DuckDbSession, tested: DatasetUnderTest): Promise<CheckResult[]> {
  const { dataset, out, result, tally } = tested;
  const files = `read_parquet(${quotedString(join(out, "*.parquet"))})`;
  const named = (name: string, found: unknown, expected: unknown): CheckResult => ({
    name: `${dataset.directory}: ${name}`,
    ...compared(found, expected),
  });
  const columns = await session.run(`DESCRIBE SELECT * FROM ${files}`);
  const found = columns.getRows().map(([name, type]) => `${name} ${String(type).replaceAll('"', "")}`);
  const declared = dataset.columns.map(({ name, type }) => `${name} ${duckdbType(type)}`);
  const checks = [named("columns and types", found, declared)];
  if (!isDeepStrictEqual(found, declared)) return checks;
  checks.push(named("rows as in the dump", await count(session, "count(*)", files), tally.rows));
  checks.push(named("dropped and skipped as in the dump", sorted(result.counts), sorted(tally.counts)));
  for (const { name, mandatory } of dataset.columns) {
    if (mandatory !== true) continue;
    const nulls = await count(session, `count(*) - count(${quotedIdentifier(name)})`, files);
    checks.push(named(`${name} is never NULL`, nulls, 0));
  }
  if (dataset.unique !== undefined) {
    const key = quotedIdentifier(dataset.unique);
    const repeated = await count(session, `count(${key}) - count(DISTINCT ${key})`, files);
    checks.push(named(`${dataset.unique} is unique`, repeated, 0));
  }
  return checks;
}

/** The first rows of a dataset, as JSON. */
export async function sampleRows(session: DuckDbSession, out: string, rows: number): Promise<string[]> {
  const files = quotedString(join(out, "*.parquet"));
  const reader = await session.run(`SELECT * FROM read_parquet(${files}) LIMIT ${rows}`);
  return reader.getRowObjectsJson().map((row) => JSON.stringify(row));
}

async function count(session: DuckDbSession, expression: string, files: string): Promise<number> {
  const [[value] = []] = (await session.run(`SELECT ${expression} FROM ${files}`)).getRows();
  return Number(value);
}

function compared(found: unknown, expected: unknown): { ok: boolean; details: string } {
  const ok = isDeepStrictEqual(found, expected);
  return { ok, details: ok ? asText(found) : `found ${asText(found)}, expected ${asText(expected)}` };
}

function asText(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function sorted(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
