import { createHash } from "node:crypto";
import { DuckDBBigIntVector, quotedString } from "@duckdb/node-api";
import type { TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { sqlError } from "../sql/sql_error.ts";
import { type CheckResult, problemCheck } from "./check.ts";
import type { ColumnsMeasured } from "./checked_before.ts";
import { selected } from "./measures.ts";
import type { Subject } from "./subject.ts";

/**
 * Compares the values in the files of a dataset with those recorded when it was made: how many each column has, how
 * long the texts are, and every number in order. In a building run, an extracted dataset whose record lacks these
 * figures fails, because nothing is proved; sealed runs of older versions may lack them.
 */
export async function recordedValueChecks(
  session: DuckDbSession,
  { state, recorded }: Subject,
  { directory, kind }: TableDeclaration,
  { parts, columns }: { parts: readonly string[]; columns: ColumnsMeasured },
): Promise<CheckResult[]> {
  const name = datasetName(directory);
  const record = recorded?.get(name);
  if (record === undefined) return [];
  const { filled, written } = record;
  const isExtracted = kind === "canonical" || kind === "detail";
  const isRequired = isExtracted && state === "building";
  const found = (measure: "filled" | "bytes") => (column: string) => columns[column]?.[measure] ?? 0;
  const checks: CheckResult[] = [];
  if (isRequired || filled !== undefined) {
    checks.push(compared(`${name}.filled_recorded`, "values", filled, found("filled")));
  }
  if (isRequired || written !== undefined) {
    checks.push(compared(`${name}.text_recorded`, "bytes of text", written?.bytes, found("bytes")));
    const digests = await numberDigests(session, parts, Object.keys(written?.numbers ?? {}));
    checks.push(digestCheck(`${name}.numbers_recorded`, written?.numbers, digests));
  }
  return checks;
}

const UNRECORDED = ["the record lacks these figures, so an older version made it: run ingest again"];

function compared(
  name: string,
  what: string,
  recorded: Readonly<Record<string, number>> | undefined,
  found: (column: string) => number,
): CheckResult {
  const differing = Object.entries(recorded ?? {}).filter(([column, count]) => found(column) !== count);
  const problems = differing.map(
    ([column, count]) => `${column} has ${found(column)} ${what}, ${count} recorded`,
  );
  const columns = Object.keys(recorded ?? {}).length;
  return problemCheck(name, recorded === undefined ? UNRECORDED : problems, `${columns} columns as recorded`);
}

function digestCheck(
  name: string,
  recorded: Readonly<Record<string, string>> | undefined,
  found: ReadonlyMap<string, string>,
): CheckResult {
  const differing = Object.entries(recorded ?? {}).filter(([column, digest]) => found.get(column) !== digest);
  const problems = differing.map(
    ([column]) => `${column} has other numbers than the dump, or the same in another order`,
  );
  const columns = Object.keys(recorded ?? {}).length;
  return problemCheck(
    name,
    recorded === undefined ? UNRECORDED : problems,
    `${columns} columns of numbers as read from the dump`,
  );
}

/** sha256 over the numbers of columns (`artist_id`, `artist_refs.artist_id`), in file and row order. */
export async function numberDigests(
  session: DuckDbSession,
  parts: readonly string[],
  columns: readonly string[],
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const column of columns) digests.set(column, await numberDigest(session, parts, column));
  return digests;
}

async function numberDigest(session: DuckDbSession, parts: readonly string[], column: string) {
  const value = selected(column);
  const files = readParquet(`[${parts.map((path) => quotedString(path)).join(", ")}]`);
  const sql = `SELECT id FROM (SELECT ${value} AS id FROM ${files}) WHERE id IS NOT NULL`;
  const hash = createHash("sha256");
  try {
    const result = await session.connection.stream(sql);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const vector = chunk.getColumnVector(0);
      if (!(vector instanceof DuckDBBigIntVector)) throw new TypeError(`${column} is not a BIGINT`);
      hash.update(bigints(vector, chunk.rowCount));
    }
  } catch (error) {
    throw sqlError("duckdb", sql, error);
  }
  return hash.digest("hex");
}

function bigints(vector: DuckDBBigIntVector, rows: number): BigInt64Array {
  const values = new BigInt64Array(rows);
  for (let row = 0; row < rows; row++) values[row] = vector.getItem(row) ?? 0n;
  return values;
}
