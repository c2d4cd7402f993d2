import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { allTables } from "../datasets/index.ts";
import { isDirectory, kindOf, namesIn } from "../files/files.ts";
import { datasetName } from "../lake/done.ts";
import { readManifest } from "../lake/manifest.ts";
import { rowsInFooter } from "../parquet/verify_part.ts";

/**
 * Compares a run's directory with its manifest, by run id and by the rows in the footers of each table's files. Returns the
 * difference as `manifest=<run id>`, or `rows=<table>:<found>/<manifest>` separated by blanks (the data contract, Reconcile's
 * status); undefined if they agree, or if the run has no manifest.
 */
export async function manifestDifference(dir: string, runId: string): Promise<string | undefined> {
  try {
    const manifest = await readManifest(dir);
    if (manifest === undefined) return undefined;
    if (manifest.run_id !== runId) return `manifest=${manifest.run_id}`;
    const different = await differentTables(dir, manifest.datasets);
    return different.length === 0 ? undefined : `rows=${different.join(" ")}`;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return "manifest=unreadable";
  }
}

/** Includes tables that only one side has, with no rows on the other. An empty dataset has a directory too. */
async function differentTables(
  dir: string,
  datasets: Readonly<Record<string, { rows: number }>>,
): Promise<string[]> {
  const different: string[] = [];
  for (const { table, directory } of allTables) {
    const recorded = datasets[datasetName(directory)]?.rows;
    const found = await rowsIn(join(dir, directory));
    if (found === "missing" && recorded === 0) different.push(`${table}:missing/0`);
    const rows = found === "missing" ? 0 : found;
    if (rows !== (recorded ?? 0)) different.push(`${table}:${rows ?? "unreadable"}/${recorded ?? 0}`);
  }
  return different;
}

/** Rows in all files of a directory that engines read as data; undefined if one is not a complete Parquet file. */
async function rowsIn(directory: string): Promise<number | "missing" | undefined> {
  if (!(await isDirectory(directory))) return "missing";
  const names = (await namesIn(directory)).filter((name) => !/^[_.]/.test(name));
  let rows = 0;
  for (const name of names) {
    const inFile = await rowsOrNone(join(directory, name));
    if (inFile === undefined) return undefined;
    rows += inFile;
  }
  return rows;
}

async function rowsOrNone(path: string): Promise<number | undefined> {
  if ((await kindOf(path)) !== "file") return undefined;
  try {
    return await rowsInFooter(path);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return undefined;
  }
}
