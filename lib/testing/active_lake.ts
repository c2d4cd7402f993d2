import { mkdirSync, mkdtempSync, renameSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../cli/log.ts";
import type { Entity } from "../datasets/declaration.ts";
import { warehouseDatasets } from "../datasets/index.ts";
import { buildingDir, lakePaths, sealedDir } from "../files/paths.ts";
import { buildDataset } from "../warehouse/build.ts";
import { extractAll, writeDump } from "./dumps.ts";

const RUN_ID = "2026-09__20260914_120000";
const entities = ["artist", "label", "master", "release"] as const;

/**
 * A new lake whose active run is extracted and built from dumps of these records. It has no manifest: for tests of
 * queries, not of runs. The caller removes it.
 */
export async function makeActiveLake(dumps: Readonly<Record<Entity, readonly string[]>>): Promise<string> {
  const lake = mkdtempSync(join(tmpdir(), "discogs-data-lake-active-"));
  const dir = buildingDir(lake, RUN_ID);
  const raw = join(lake, "raw");
  for (const path of [dir, raw]) mkdirSync(path, { recursive: true });
  for (const entity of entities) {
    await extractAll(writeDump(raw, entity, dumps[entity]), entity, dir, { details: true });
  }
  for (const dataset of warehouseDatasets) {
    await buildDataset(dir, dataset, { log: silentLogger, threads: 1 });
  }
  renameSync(dir, sealedDir(lake, RUN_ID));
  symlinkSync(`_runs/${RUN_ID}`, lakePaths(lake).active);
  return lake;
}
