import { chmodSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { silentLogger } from "../cli/log.ts";
import { allTables, warehouseDatasets } from "../datasets/index.ts";
import { datasetName } from "../lake/done.ts";
import { makeLake } from "../lake/testing/fixture_runs.ts";
import { type FixtureRow, type FixtureTables, writeTables } from "../lake/testing/fixture_tables.ts";
import { buildDataset } from "../warehouse/build.ts";

/** An empty lake for one test, which is removed with its sealed runs. */
export function temporaryLake(test: TestContext): string {
  const lake = makeLake();
  test.after(() => {
    allowRemoval(lake);
    rmSync(lake, { recursive: true });
  });
  return lake;
}

/** Restores the write permissions of sealed runs, so that they can be removed. */
export function allowRemoval(dir: string): void {
  chmodSync(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) allowRemoval(join(dir, entry.name));
  }
}

/** Writes the canonical datasets of a tiny run; `tables` replaces the rows of some. */
export async function writeCanonical(runDir: string, tables: FixtureTables = {}): Promise<void> {
  await writeTables(runDir, { tables, without: warehouseDatasets.map(({ directory }) => directory) });
}

/** Writes a tiny run with everything required: the canonical datasets and the warehouse built from them. */
export async function writeRun(runDir: string, tables: FixtureTables = {}): Promise<void> {
  await writeCanonical(runDir, tables);
  for (const dataset of warehouseDatasets.filter(({ required }) => required)) {
    await buildDataset(runDir, dataset, { log: silentLogger, threads: 1 });
  }
}

/** Writes a single dataset of a run, replacing an existing one; `dataset` is the last segment of its directory. */
export async function rewriteDataset(
  runDir: string,
  dataset: string,
  rows: readonly FixtureRow[],
): Promise<void> {
  const others = allTables.filter(({ directory }) => datasetName(directory) !== dataset);
  await writeTables(runDir, {
    tables: { [dataset]: rows },
    without: others.map(({ directory }) => directory),
  });
}

/** Runs SQL, one text after another, in a DuckDB with access to all files, and returns the rows of the last. */
export async function runUnfenced(...texts: string[]): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    for (const sql of texts.slice(0, -1)) await connection.run(sql);
    return (await connection.runAndReadAll(texts.at(-1) ?? "")).getRowsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
