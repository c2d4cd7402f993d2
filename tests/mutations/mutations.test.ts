import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { canonicalDatasets, warehouseDatasets } from "../../lib/datasets/index.ts";
import type { BuildingRun } from "../../lib/lake/building.ts";
import { datasetName } from "../../lib/lake/done.ts";
import { sealRun } from "../../lib/lake/seal.ts";
import { makeLake } from "../../lib/lake/testing/fixture_runs.ts";
import { switchWithRecord } from "../../lib/promotion/promotions.ts";
import type { Vintage } from "../../lib/sample/vintages.ts";
import { writeSampleDump } from "../../lib/sample/write_sample_dump.ts";
import { mutations } from "./mutations.ts";
import {
  buildWarehouse,
  builtRun,
  copyOf,
  type Findings,
  forgetChecks,
  type Mutation,
  recordFiles,
  recordValues,
  rewrite,
  tested,
} from "./scene.ts";

// Corrupts good runs in one way each: a check stops and names every fault, and good data passes.

const SIZE = { artists: 1500, labels: 1100, masters: 1100, releases: 2400, seed: 11 };
const base = mkdtempSync(join(tmpdir(), "mutations-"));
const raw = join(base, "raw");
/** A lake with a promoted run of July, and an empty lake. */
const lakes = { withBaseline: makeLake(), without: makeLake() };
let good: BuildingRun;
/** A run of other records. */
let other: BuildingRun;
let copies = 0;

const copy = (building: BuildingRun, baseline: boolean) =>
  copyOf(building, baseline ? lakes.withBaseline : lakes.without, join(base, `run-${++copies}`));

before(async () => {
  await writeSampleDump({ out: raw, month: "2026-07", ...SIZE });
  await writeSampleDump({ out: raw, month: "2026-08", ...SIZE, growthPercent: 2 });
  await writeSampleDump({ out: raw, month: "2026-09", ...SIZE, seed: 12 });
  await promoteMonth(lakes.withBaseline, "2026-07");
  good = await builtRun(makeLake(), raw, "2026-08");
  other = await builtRun(makeLake(), raw, "2026-09");
});
after(() => rmSync(base, { recursive: true }));

async function promoteMonth(lake: string, month: string, rawRoot = raw): Promise<void> {
  const building = await builtRun(lake, rawRoot, month);
  assert.deepEqual(await tested(building), SOUND);
  await sealRun(lake, building.runId);
  await switchWithRecord(lake, { action: "promote", runId: building.runId });
}

const SOUND: Findings = { parquetSanity: [], sanityReport: [], driftGate: [], seal: undefined };

for (const baseline of [false, true]) {
  const where = baseline ? "with a run to compare with" : "without a run to compare with";
  test(`a good run passes ${where}`, async () => {
    assert.deepEqual(await tested(copy(good, baseline)), SOUND);
  });
  for (const mutation of Object.values(mutations).flat()) {
    if (mutation.baseline !== undefined && mutation.baseline !== baseline) continue;
    if (baseline && mutation.record !== "values" && !mutation.what.includes("%")) continue;
    test(`stops ${mutation.what} (records: ${mutation.record}) ${where}`, async () => {
      const spoiled = await spoil(mutation, baseline);
      assertNamed(await tested(spoiled), mutation.named);
      rmSync(spoiled.dir, { recursive: true });
    });
  }
}

/** A copy of the good run with the fault in it. */
async function spoil({ rows = {}, spoil: more, record }: Mutation, baseline: boolean): Promise<BuildingRun> {
  const building = copy(good, baseline);
  const { dir } = building;
  for (const [dataset, select] of Object.entries(rows)) await rewrite(dir, dataset, select);
  await more?.(dir, other.dir);
  if (record === "stale") {
    forgetChecks(dir);
    return building;
  }
  const datasets = [...canonicalDatasets, ...warehouseDatasets].map(({ directory }) =>
    datasetName(directory),
  );
  for (const dataset of more === undefined ? Object.keys(rows) : datasets) {
    await (record === "files" ? recordFiles : recordValues)(dir, dataset);
  }
  if (record === "values") await buildWarehouse(building);
  return building;
}

/** Asserts that each check is reported by its test, and that the run can't be sealed. */
function assertNamed(found: Findings, { seal, ...named }: Mutation["named"]): void {
  assert.notEqual(found.seal, undefined, "the run could be sealed");
  if (seal !== undefined) assert.match(found.seal ?? "", seal);
  for (const [by, names] of Object.entries(named)) {
    const failed = found[by as keyof typeof named];
    const missing = names.filter((name) => !failed.includes(name));
    assert.deepEqual(missing, [], `not named by ${by}, which names ${failed.join(", ")}`);
  }
}

/** Content of the dumps of 2020 that those of 2026 lack. */
const ENDED = [
  "releases_v6.status",
  ...["artist", "label", "master"].map((entity) => `${entity}_images_v1.rows`),
  "release_companies_v1.resource_url",
  "release_images_v1.rows",
];

test("a month in which elements really ended passes only when that is accepted by name", async () => {
  const lake = makeLake();
  const old = join(base, "old");
  const month = (name: string, vintage: Vintage) =>
    writeSampleDump({ out: old, month: name, ...SIZE, vintage });
  await month("2026-01", "2020-08");
  await month("2026-02", "2026-01");
  await promoteMonth(lake, "2026-01", old);
  const building = await builtRun(lake, old, "2026-02");
  const refused = await tested(building);
  assert.deepEqual(refused.driftGate, ENDED);
  assert.match(refused.seal ?? "", /failed its checks: CRITICAL releases_v6\.status, .* \(drift_gate/);
  assert.deepEqual((await tested(building, "releases_v6.country")).driftGate, ENDED);
  assert.deepEqual(await tested(building, ENDED.join()), SOUND);
  const { manifest } = await sealRun(lake, building.runId);
  assert.deepEqual(manifest.tests.drift_gate?.accepted, ENDED);
  assert.equal(manifest.parameters.accept_drift, ENDED.join());
});

test("accepting one drift does not hide another", async () => {
  const building = copy(good, true);
  await rewrite(
    building.dir,
    "releases_v6",
    "SELECT * REPLACE (nullif(country, country) AS country, nullif(title, title) AS title) FROM $rows",
  );
  await recordValues(building.dir, "releases_v6");
  await buildWarehouse(building);
  assert.deepEqual((await tested(building, "releases_v6.country")).driftGate, ["releases_v6.title"]);
  assert.deepEqual((await tested(building, "releases_v6.country,releases_v6.title")).driftGate, []);
  assert.deepEqual((await tested(building, "true")).driftGate, []);
});
