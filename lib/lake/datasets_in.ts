import { join } from "node:path";
import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { isDirectory, readJsonIfThere } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import { datasetName } from "./done.ts";
import { readManifest } from "./manifest.ts";
import { begunWith, datasetsOfRun } from "./run_datasets.ts";

/**
 * The declared datasets in a directory laid out like a run: according to the manifest of a sealed run, to the run.json
 * of a building one, and otherwise (runs of the Python original) to the directories found. In the order in which runs
 * list them.
 * @throws ExpectedError when the manifest or run.json can't be read
 */
export async function datasetsIn(dir: string): Promise<TableDeclaration[]> {
  const manifest = await readManifest(dir);
  if (manifest !== undefined) {
    return allTables.filter(({ directory }) => manifest.datasets[datasetName(directory)] !== undefined);
  }
  const run = await readJsonIfThere(inRun.runFile(dir), begunWith);
  const begun = run === undefined ? undefined : new Set(datasetsOfRun(run));
  const has: TableDeclaration[] = [];
  for (const table of allTables) {
    const isChosen =
      begun === undefined || table.kind === "optional" ? await isThere(dir, table) : begun.has(table);
    if (isChosen) has.push(table);
  }
  return has;
}

/** The datasets whose directory exists. */
export async function thoseThere(
  dir: string,
  datasets: readonly TableDeclaration[],
): Promise<TableDeclaration[]> {
  const there = await Promise.all(datasets.map((dataset) => isThere(dir, dataset)));
  return datasets.filter((_, index) => there[index]);
}

/** Follows links, as in a lake assembled by hand. */
function isThere(dir: string, { directory }: TableDeclaration): Promise<boolean> {
  return isDirectory(join(dir, directory));
}
