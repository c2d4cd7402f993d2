import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { allTables } from "../datasets/index.ts";
import { kindOf, namesIn } from "../files/files.ts";
import { datasetName } from "../lake/done.ts";
import { readManifest } from "../lake/manifest.ts";
import { rowsInFooter } from "../parquet/verify_part.ts";

/**
 * How a run's directory differs from its manifest, by the manifest's run id and the rows of each table in the footers
 * of its files: `manifest=<run id>`, or `rows=<table>:<found>/<manifest>` with a blank between several tables (the data
 * contract, Reconcile's status). Undefined where they agree, and for a run without a manifest.
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

/** Also tables that only one of both has: they have no rows in the other. A directory is there also for no rows. */
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

/** Rows in all files of a directory that an engine may take for data; undefined when one is no whole Parquet file. */
async function rowsIn(directory: string): Promise<number | "missing" | undefined> {
  if ((await kindOf(`${directory}/.`)) !== "directory") return "missing";
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
    // Errors of the file system have a code; those of parquet-wasm, for a footer that can't be read, have none.
    if (error instanceof Error && "code" in error) throw error;
    return undefined;
  }
}
