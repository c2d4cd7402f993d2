import { join } from "node:path";
import { counted } from "../cli/amounts.ts";
import { ExpectedError } from "../cli/errors.ts";
import { unaccounted } from "../datasets/accounted.ts";
import { extractedDatasets } from "../datasets/index.ts";
import type { Column, TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { type CheckResult, problemCheck } from "./check.ts";
import type { ColumnsMeasured } from "./checked_before.ts";
import { measureColumns } from "./measures.ts";
import type { MinRows } from "./min_rows.ts";
import { checkColumns, type Parts, readParts } from "./parts.ts";
import type { Subject } from "./subject.ts";

/** What was found in the files of a dataset. */
export interface CheckedFiles {
  checks: CheckResult[];
  /** Whether the dataset can be queried. */
  isSound: boolean;
  /** Paths of the parts in order. */
  parts: string[];
  /** Undefined when the files are not sound or were not decoded. */
  columns: ColumnsMeasured | undefined;
}

/**
 * Checks the files of one dataset: they are readable, have the declared columns, and hold the recorded number of rows.
 * With `decode`, every value is decoded and the columns are measured.
 */
export async function checkFiles(
  session: DuckDbSession,
  subject: Subject,
  dataset: TableDeclaration,
  { decode, minRows }: { decode: boolean; minRows: MinRows },
): Promise<CheckedFiles> {
  const name = datasetName(dataset.directory);
  const directory = join(subject.dir, dataset.directory);
  const unsound = { isSound: false, parts: [], columns: undefined };
  const found = await readParts(session, directory, false);
  if (found.problems.length > 0) return { ...unsound, checks: [filesCheck(name, dataset, found)] };
  const original = subject.state === "unrecorded";
  const { check: columnsCheck, absent } = await checkColumns(
    session,
    directory,
    dataset,
    found.names,
    `${name}.columns`,
    { anyOrder: original, mayLack: (column) => mayLack(subject, name, column) },
  );
  const parts = found.names.map((part) => join(directory, part));
  const columnsThere = dataset.columns.filter((column) => !absent.has(column.name));
  const decoded = decode
    ? await decodedParts(
        session,
        directory,
        { ...dataset, columns: columnsThere },
        parts,
        columnsCheck.ok && !original,
      )
    : found;
  const files = filesCheck(name, dataset, { ...found, problems: decoded.problems });
  if (!files.ok) return { ...unsound, checks: [files] };
  const checks = [files, columnsCheck, ...rowChecks(dataset, found, subject, minRows)];
  const columns = "columns" in decoded ? decoded.columns : undefined;
  return { checks, isSound: columnsCheck.ok, parts, columns };
}

/**
 * Whether a column may be absent: it was added to the historical contract later, and the run was made by the Python
 * original, or was sealed by a version without that column, as its manifest shows.
 */
function mayLack({ state, recorded }: Subject, dataset: string, { name, added }: Column): boolean {
  if (added !== true || state === "building") return false;
  const filled = recorded?.get(dataset)?.filled;
  return state === "unrecorded" || filled === undefined || filled[name] === undefined;
}

function filesCheck(name: string, { directory }: TableDeclaration, { names, rows, problems }: Parts) {
  const all = problems.map((problem) => `${directory}: ${problem}`);
  return problemCheck(`${name}.files`, all, `${counted(names.length, "part")}, ${counted(rows, "row")}`);
}

/**
 * Decodes every value of all parts. Parts whose columns match the declaration are decoded together, and measured in the
 * same pass; otherwise each part is decoded alone, also to find a damaged one.
 */
async function decodedParts(
  session: DuckDbSession,
  directory: string,
  dataset: TableDeclaration,
  parts: readonly string[],
  isMeasured: boolean,
): Promise<{ problems: string[]; columns?: ColumnsMeasured }> {
  if (!isMeasured) return readParts(session, directory, true);
  try {
    return { problems: [], columns: await measureColumns(session, dataset, parts) };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const { problems } = await readParts(session, directory, true);
    // Every part is readable, so the error has another cause, such as lack of memory.
    if (problems.length === 0) throw error;
    return { problems };
  }
}

/** Name of the check of a dataset's row count. */
export function rowsOf({ directory }: TableDeclaration): string {
  return `${datasetName(directory)}.rows`;
}

function rowChecks(
  dataset: TableDeclaration,
  { rows }: Parts,
  subject: Subject,
  minRows: MinRows,
): CheckResult[] {
  const name = datasetName(dataset.directory);
  const least = minRows[name] ?? 0;
  const enough = rows >= BigInt(least);
  const checks: CheckResult[] = [
    {
      name: rowsOf(dataset),
      severity: "CRITICAL",
      ok: enough,
      value: rows,
      details: `rows; at least ${least} expected`,
    },
  ];
  if (subject.recorded === undefined) return checks;
  const recorded = subject.recorded.get(name)?.rows;
  const same = recorded !== undefined && rows === BigInt(recorded);
  const details = recorded === undefined ? "rows; no number is recorded" : `rows; ${recorded} recorded`;
  checks.push({ name: `${name}.rows_recorded`, severity: "CRITICAL", ok: same, value: rows, details });
  return [...checks, ...recordChecks(name, Number(rows), subject)];
}

/**
 * Every element of the dump became a row or was counted as dropped or skipped; checked where the record has these
 * numbers.
 */
function recordChecks(name: string, rows: number, { recorded }: Subject): CheckResult[] {
  const dataset = extractedDatasets.find(({ directory }) => datasetName(directory) === name);
  const record = recorded?.get(name);
  if (dataset === undefined || record?.records === undefined) return [];
  const problems = unaccounted(dataset, { ...record, rows });
  return [problemCheck(`${name}.records`, problems, `${record.records} elements read`)];
}
