import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { z } from "zod";
import { type Column, type Reference, referenceName, type TableDeclaration } from "../datasets/types.ts";
import type { ColumnMeasures, ReferenceMeasures } from "../lake/measures.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { activeTable } from "./check_statement.ts";
import { isReference, isReferredTo, referencing } from "./reference_statements.ts";

/**
 * A Latin-1 letter that starts a UTF-8 sequence, followed by one that continues it, as read by a Latin-1 or
 * Windows-1252 decoder; or the replacement character.
 */
const GARBLED =
  "[\\x{C2}-\\x{F4}][\\x{80}-\\x{BF}\\x{20AC}\\x{201A}\\x{0192}\\x{201E}\\x{2026}\\x{2020}\\x{2021}\\x{02C6}\\x{2030}" +
  "\\x{0160}\\x{2039}\\x{0152}\\x{017D}\\x{2018}\\x{2019}\\x{201C}\\x{201D}\\x{2022}\\x{2013}\\x{2014}\\x{02DC}" +
  "\\x{2122}\\x{0161}\\x{203A}\\x{0153}\\x{017E}\\x{0178}]|\\x{FFFD}";

/** Counts by name; the hash of a column without values is NULL. */
const numbers = z.record(z.string(), z.coerce.number());

/**
 * Measures the columns of a dataset from its files, in one pass that decodes every value and uses constant memory.
 * Equal rows give equal measures.
 * @param parts paths of the files
 * @throws ExpectedError when a file can't be read
 */
export async function measureColumns(
  session: DuckDbSession,
  { columns }: TableDeclaration,
  parts: readonly string[],
): Promise<Record<string, ColumnMeasures>> {
  const aggregates = columns.flatMap((column, index) =>
    Object.entries(aggregatesOf(column)).map(([measure, sql]) => `${sql} AS "${index} ${measure}"`),
  );
  // Counting a list column does not decode its items.
  const lists = columns.filter(({ type }) => typeof type === "object");
  aggregates.push(...lists.map(({ name }) => `bit_xor(hash(${quotedIdentifier(name)}))`));
  const files = parts.map((path) => quotedString(path)).join(", ");
  const result = await session.run(`SELECT ${aggregates.join(", ")} FROM ${readParquet(`[${files}]`)}`);
  const values = numbers.parse(result.getRowObjectsJS()[0]);
  return Object.fromEntries(
    columns.map((column, index) => {
      const measures = Object.keys(aggregatesOf(column)).map((name) => [name, values[`${index} ${name}`]]);
      return [column.name, Object.fromEntries(measures) as unknown as ColumnMeasures];
    }),
  );
}

/** The expressions that measure a column, by the measure's name. */
function aggregatesOf({ name, type }: Column): Partial<Record<keyof ColumnMeasures, string>> {
  const column = quotedIdentifier(name);
  const filled = `count(${column})`;
  if (typeof type === "object") return { filled };
  const distinct = `approx_count_distinct(${column})`;
  if (type !== "VARCHAR") return { filled, distinct };
  return {
    filled,
    distinct,
    bytes: `coalesce(sum(strlen(${column})), 0)`,
    garbled: `count(*) FILTER (strlen(${column}) > length(${column}) AND regexp_matches(${column}, '${GARBLED}'))`,
  };
}

/**
 * Counts the references of a dataset's table and the orphans among them; the tables are in the active schema.
 * References in which a single orphan is a defect are left out: they have no rate to compare.
 */
export async function measureReferences(
  session: DuckDbSession,
  dataset: TableDeclaration,
): Promise<Record<string, ReferenceMeasures>> {
  const measured: Record<string, ReferenceMeasures> = {};
  for (const reference of dataset.references ?? []) {
    if (reference.severity === "CRITICAL") continue;
    const [row] = (await session.run(referencesSql(dataset, reference))).getRowObjectsJS();
    const { found = 0, orphans = 0 } = numbers.parse(row);
    measured[referenceName(reference)] = { references: found, orphans };
  }
  return measured;
}

/** One statement per reference, so that only one hash table, which can spill, is in memory at a time. */
function referencesSql(dataset: TableDeclaration, reference: Reference): string {
  const rows = `${referencing(dataset, reference)} t`;
  const is = isReference(reference);
  const to = activeTable(reference.to.table);
  return `SELECT
    (SELECT count(*) FROM ${rows} WHERE ${is}) AS found,
    (SELECT count(*) FROM ${rows} ANTI JOIN ${to} r ON ${isReferredTo(reference)} WHERE ${is}) AS orphans`;
}

/** The value of a column, or of a field of the structs in a list: `artist_refs.artist_id` gives one row per item. */
export function selected(column: string): string {
  const [name = "", field] = column.split(".");
  const list = quotedIdentifier(name);
  return field === undefined ? list : `unnest(${list}).${quotedIdentifier(field)}`;
}
