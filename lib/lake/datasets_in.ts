import { join } from "node:path";
import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { kindOf, readJsonIfThere } from "../files/files.ts";
import { inRun } from "../files/paths.ts";
import { datasetName } from "./done.ts";
import { readManifest } from "./manifest.ts";
import { begunWith, datasetsOfRun } from "./run_datasets.ts";

/**
 * The declared datasets that a directory of a run's shape is said to have: by the manifest of a sealed run, by what a run
 * that is being built was begun with, and otherwise (runs of the Python original) those whose directory is there. In
 * the order in which a run lists them.
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

/** Those of the datasets whose directory is there. */
export async function thoseThere(
  dir: string,
  datasets: readonly TableDeclaration[],
): Promise<TableDeclaration[]> {
  const there = await Promise.all(datasets.map((dataset) => isThere(dir, dataset)));
  return datasets.filter((_, index) => there[index]);
}

/** Also through a link, as in a lake that was put together by hand. */
async function isThere(dir: string, { directory }: TableDeclaration): Promise<boolean> {
  return (await kindOf(`${join(dir, directory)}/.`)) === "directory";
}
