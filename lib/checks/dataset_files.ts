import { join } from "node:path";
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

/** What the files of a dataset are found to be. */
export interface CheckedFiles {
  checks: CheckResult[];
  /** The dataset can be queried. */
  isSound: boolean;
  /** Paths of the parts, in order. */
  parts: string[];
  /** Undefined when the files are not sound, or were not decoded. */
  columns: ColumnsMeasured | undefined;
}

/**
 * Checks the files of one dataset: they can be read, have the declared columns, and as many rows as recorded. With
 * `decode` every value is read, and the columns are measured.
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
  const checks = [files, columnsCheck, ...rowChecks(name, found, subject, minRows)];
  const columns = "columns" in decoded ? decoded.columns : undefined;
  return { checks, isSound: columnsCheck.ok, parts, columns };
}

/**
 * Whether a run may be without a column: one that was added to the historical contract, in a run of the Python original,
 * or in a sealed one of a version that did not have it, as its manifest shows.
 */
function mayLack({ state, recorded }: Subject, dataset: string, { name, added }: Column): boolean {
  if (added !== true || state === "building") return false;
  const filled = recorded?.get(dataset)?.filled;
  return state === "unrecorded" || filled === undefined || filled[name] === undefined;
}

function filesCheck(name: string, { directory }: TableDeclaration, { names, rows, problems }: Parts) {
  const all = problems.map((problem) => `${directory}: ${problem}`);
  return problemCheck(`${name}.files`, all, `${names.length} parts, ${rows} rows`);
}

/**
 * Decodes every value of all parts. Together, where their columns, which are as declared then, are measured by the
 * way; one by one otherwise, and to find which one is damaged.
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
    // Every part can be read: it was something else, want of memory for instance.
    if (problems.length === 0) throw error;
    return { problems };
  }
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
  if (subject.recorded === undefined) return checks;
  const recorded = subject.recorded.get(name)?.rows;
  const same = recorded !== undefined && rows === BigInt(recorded);
  const details = `rows, recorded are ${recorded ?? "none"}`;
  checks.push({ name: `${name}.rows_recorded`, severity: "CRITICAL", ok: same, value: rows, details });
  return [...checks, ...recordChecks(name, Number(rows), subject)];
}

/** Every element of the dump is a row or was dropped or skipped, where the record has their number. */
function recordChecks(name: string, rows: number, { recorded }: Subject): CheckResult[] {
  const dataset = extractedDatasets.find(({ directory }) => datasetName(directory) === name);
  const record = recorded?.get(name);
  if (dataset === undefined || record?.records === undefined) return [];
  const problems = unaccounted(dataset, { ...record, rows });
  return [problemCheck(`${name}.records`, problems, `${record.records} elements were read`)];
}
