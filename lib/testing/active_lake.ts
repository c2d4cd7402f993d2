import { mkdirSync, mkdtempSync, renameSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { type Entity, entities } from "../datasets/declaration.ts";
import { warehouseDatasets } from "../datasets/index.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { buildingDir, lakePaths, sealedDir } from "../files/paths.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { buildDataset } from "../warehouse/build.ts";
import { extractAll, writeDump } from "./dumps.ts";
import { temporaryDirectory } from "./files.ts";

const RUN_ID = "2026-09__20260914_120000";
const EARLIER_RUN_ID = "2026-08__20260814_120000";

/**
 * A new lake whose active run is extracted and built from dumps of these records. It has no manifest, because it is for tests of
 * queries, not of runs. The caller removes it.
 */
export async function makeActiveLake(dumps: Readonly<Record<Entity, readonly string[]>>): Promise<string> {
  const lake = mkdtempSync(join(tmpdir(), "discogs-data-lake-active-"));
  const raw = join(lake, "raw");
  mkdirSync(raw);
  await makeActive(lake, (entity) => writeDump(raw, entity, dumps[entity]));
  return lake;
}

/** A new lake for one test, whose active run is made from small sample dumps by {@link makeActiveLake}. */
export async function makeSampleLake(test: TestContext): Promise<{ lake: string; dir: string }> {
  const lake = temporaryDirectory(test);
  const sizes = { artists: 200, labels: 100, masters: 100, releases: 500 };
  const { directory } = await writeSampleDump({
    out: join(lake, "raw"),
    month: "2026-09",
    seed: 1,
    ...sizes,
  });
  await makeActive(lake, (entity) => join(directory, `discogs_20260901_${entity}s.xml.gz`));
  return { lake, dir: sealedDir(lake, RUN_ID) };
}

/** A lake with two runs of small sample months, there for one test: the later one, active, has changes. */
export async function makeSampleMonths(test: TestContext) {
  const lake = temporaryDirectory(test);
  const base = { out: join(lake, "raw"), seed: 2, artists: 300, labels: 150, masters: 200, releases: 700 };
  const dumpsOf = async (month: string, changes: { growthPercent?: number; changedPercent?: number }) => {
    const { directory, dump_date } = await writeSampleDump({ ...base, month, ...changes });
    return (entity: Entity) => join(directory, `discogs_${dump_date.replaceAll("-", "")}_${entity}s.xml.gz`);
  };
  await makeRun(lake, EARLIER_RUN_ID, await dumpsOf("2026-08", {}), warehouseDatasets);
  await makeActive(lake, await dumpsOf("2026-09", { growthPercent: 3, changedPercent: 20 }));
  return { lake, ...bothRuns(lake) };
}

/** Adds a run of these records to a lake, by default of the month before, without a warehouse. Returns it and the active run. */
export async function addEarlierRun(
  lake: string,
  dumps: Readonly<Record<Entity, readonly string[]>>,
  runId = EARLIER_RUN_ID,
) {
  const raw = join(lake, `raw_${runId}`);
  mkdirSync(raw);
  await makeRun(lake, runId, (entity) => writeDump(raw, entity, dumps[entity]), []);
  return bothRuns(lake, runId);
}

const bothRuns = (lake: string, earlier = EARLIER_RUN_ID) => ({
  from: { runId: earlier, dir: sealedDir(lake, earlier) },
  to: { runId: RUN_ID, dir: sealedDir(lake, RUN_ID) },
});

async function makeActive(lake: string, dumpOf: (entity: Entity) => string): Promise<void> {
  await makeRun(lake, RUN_ID, dumpOf, warehouseDatasets);
  symlinkSync(`_runs/${RUN_ID}`, lakePaths(lake).active);
}

async function makeRun(
  lake: string,
  runId: string,
  dumpOf: (entity: Entity) => string,
  warehouse: readonly WarehouseDataset[],
): Promise<void> {
  const dir = buildingDir(lake, runId);
  mkdirSync(dir, { recursive: true });
  for (const entity of entities) await extractAll(dumpOf(entity), entity, dir, { details: true });
  for (const dataset of warehouse) await buildDataset(dir, dataset, { log: silentLogger, threads: 1 });
  renameSync(dir, sealedDir(lake, runId));
}
