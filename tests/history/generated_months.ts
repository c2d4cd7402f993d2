import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { silentLogger } from "../../lib/cli/log.ts";
import type { Entity } from "../../lib/datasets/declaration.ts";
import { warehouseDatasets } from "../../lib/datasets/index.ts";
import { findDumpFiles } from "../../lib/dump/raw_month.ts";
import { buildingDir, sealedDir } from "../../lib/files/paths.ts";
import { writeSampleDump } from "../../lib/sample/write_sample_dump.ts";
import { extractAll } from "../../lib/testing/dumps.ts";
import { buildDataset } from "../../lib/warehouse/build.ts";

const SIZE = { artists: 300, labels: 100, masters: 150, releases: 900, seed: 7, clean: true } as const;

/** A run made from a generated month, and the KPIs according to the generator's tally. */
export interface GeneratedMonth {
  runId: string;
  kpis: Record<string, string>;
}

/** Makes a run from a sample month in a lake, without a manifest, with `growthPercent` more records than the first month. */
export async function makeGeneratedMonth(
  lake: string,
  month: string,
  growthPercent: number,
): Promise<GeneratedMonth> {
  const raw = join(lake, "raw");
  const { datasets } = await writeSampleDump({ out: raw, month, ...SIZE, growthPercent });
  const runId = `${month}__${month.replace("-", "")}15_120000`;
  const dir = buildingDir(lake, runId);
  await mkdir(dir, { recursive: true });
  const { files } = await findDumpFiles(raw, month);
  for (const { entity, path } of files)
    await extractAll(path, entity.slice(0, -1) as Entity, dir, { details: true });
  for (const dataset of warehouseDatasets) {
    await buildDataset(dir, dataset, { log: silentLogger, threads: 1 });
  }
  await rename(dir, sealedDir(lake, runId));
  const rows = (dataset: string) => String(datasets[dataset]?.rows);
  return {
    runId,
    kpis: {
      rows_artists_v1_typed: rows("artists_v1_typed"),
      n_artists_distinct: rows("artists_v1_typed"),
      rows_masters_v1_typed: rows("masters_v1_typed"),
      n_masters_distinct: rows("masters_v1_typed"),
      rows_releases_ref_v6: rows("releases_v6"),
      n_releases_distinct: rows("releases_v6"),
      rows_labels_ref_v10: rows("labels_v10"),
    },
  };
}
