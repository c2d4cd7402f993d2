import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { checksVersion } from "../code/code_version.ts";
import { labelsV10 } from "../datasets/labels_v10.ts";
import { releasesV6 } from "../datasets/releases_v6.ts";
import { inRun } from "../files/paths.ts";
import type { BuildingRun } from "../lake/building.ts";
import { describeFiles, readDone, writeDone } from "../lake/done.ts";
import { holdDatasets, holdRun } from "../lake/run_lock.ts";
import { makeUntestedRun } from "../lake/testing/fixture_runs.ts";
import { consistentTables } from "../lake/testing/fixture_tables.ts";
import { rewriteDataset, temporaryLake } from "../testing/run_fixture.ts";
import { noteChecked, whatIsChecked } from "./checked_before.ts";
import { datasetSanity, parquetSanity, type SanityOptions } from "./parquet_sanity.ts";

const RUN = "2026-01__20260120_194923";
const options: SanityOptions = { fast: false, minRows: {}, log: silentLogger, threads: 1 };

/** A building run whose labels and releases have been checked. */
async function checkedRun(t: TestContext): Promise<BuildingRun> {
  const building = await makeUntestedRun(temporaryLake(t), RUN);
  await datasetSanity(building, [releasesV6, labelsV10], options);
  return building;
}

/** The datasets whose checks a test of the whole run reuses, and the failing checks. */
async function testedRun(dir: string, changed: Partial<SanityOptions> = {}) {
  const { checked_before: before, checks } = await parquetSanity(dir, { ...options, ...changed });
  return { before, failed: checks.filter(({ ok }) => !ok).map(({ name }) => name) };
}

const ALL_TWO = ["releases_v6", "labels_v10"];

test("a test of the whole run reuses recorded checks with the same result", async (t) => {
  const building = await checkedRun(t);
  const { dir } = building;
  const taken = await parquetSanity(dir, options);
  rmSync(inRun.checked(dir), { recursive: true });
  const made = await parquetSanity(dir, options);
  assert.deepEqual([taken.checked_before, made.checked_before], [ALL_TWO, []]);
  assert.deepEqual(taken.checks, made.checks);
  assert.equal(taken.passed, true);
});

test("the checks of a dataset are exactly those that need only this dataset", async (t) => {
  const building = await makeUntestedRun(temporaryLake(t), RUN);
  const { dir } = building;
  for (const directory of ["masters_v1_typed", "artists_v1_typed", "warehouse_discogs"]) {
    rmSync(join(dir, directory), { recursive: true });
  }
  const checks = await datasetSanity(building, [releasesV6], options);
  assert.deepEqual(
    checks.map(({ name, ok }) => [name, ok]),
    [
      "releases_v6.files",
      "releases_v6.columns",
      "releases_v6.rows",
      "releases_v6.rows_recorded",
      "releases_v6.null_release_id",
      "releases_v6.duplicate_release_id",
      "releases_v6.filled_recorded",
      "releases_v6.text_recorded",
      "releases_v6.numbers_recorded",
    ].map((name) => [name, true]),
  );
});

test("does not reuse checks of a dataset that was rebuilt or damaged", async (t) => {
  const building = await checkedRun(t);
  const { dir } = building;
  const twice = [...(consistentTables.releases_v6 ?? []), { release_id: 100 }];
  await rewriteDataset(dir, "releases_v6", twice);
  const record = await readDone(dir, "releases_v6");
  assert.ok(record !== undefined);
  const files = await describeFiles(join(dir, "releases_v6"), () => twice.length);
  await writeDone(dir, { ...record, rows: twice.length, files });
  assert.deepEqual(await testedRun(dir), {
    before: ["labels_v10"],
    failed: [
      "releases_v6.duplicate_release_id",
      "releases_v6.filled_recorded",
      "releases_v6.numbers_recorded",
    ],
  });
  truncateSync(join(dir, "labels_v10", "part-00000.parquet"), 100);
  const { before, failed } = await testedRun(dir);
  assert.deepEqual([before, failed.includes("labels_v10.files")], [[], true]);
});

test("does not reuse checks with another minimum row count, after a failure, or for --fast", async (t) => {
  const building = await checkedRun(t);
  const { dir } = building;
  assert.deepEqual(await testedRun(dir, { minRows: { releases_v6: 3 } }), {
    before: ["labels_v10"],
    failed: ["releases_v6.rows"],
  });
  assert.deepEqual((await testedRun(dir, { fast: true })).before, []);
  const failed = await datasetSanity(building, [labelsV10], { ...options, minRows: { labels_v10: 99 } });
  assert.deepEqual(
    failed.filter(({ ok }) => !ok).map(({ name }) => name),
    ["labels_v10.rows"],
  );
  assert.deepEqual((await testedRun(dir, { minRows: { labels_v10: 99 } })).before, ["releases_v6"]);
});

test("a dataset under construction whose record lacks the account of its values fails", async (t) => {
  const building = await makeUntestedRun(temporaryLake(t), RUN);
  const record = await readDone(building.dir, "releases_v6");
  assert.ok(record !== undefined);
  const { filled: _, written: __, ...older } = record;
  await writeDone(building.dir, older);
  const failed = (await datasetSanity(building, [releasesV6], options)).filter(({ ok }) => !ok);
  assert.deepEqual(
    failed.map(({ name }) => name),
    ["filled", "text", "numbers"].map((what) => `releases_v6.${what}_recorded`),
  );
});

test("does not reuse checks by other code", async (t) => {
  const { dir } = await checkedRun(t);
  const path = inRun.checkedRecord(dir, "releases_v6");
  const record = JSON.parse(readFileSync(path, "utf8"));
  assert.equal(record.code_version, checksVersion());
  writeFileSync(path, JSON.stringify({ ...record, code_version: "0.0.1+0" }));
  assert.deepEqual((await testedRun(dir)).before, ["labels_v10"]);
});

test("does not check an unfinished dataset", async (t) => {
  const building = await makeUntestedRun(temporaryLake(t), RUN);
  rmSync(inRun.doneRecord(building.dir, "labels_v10"));
  await assert.rejects(datasetSanity(building, [labelsV10], options), /no finished labels_v10: run ingest/);
});

test("does not record checks of a dataset that changes, is being written, or whose run is gone", async (t) => {
  const building = await makeUntestedRun(temporaryLake(t), RUN);
  const { lake, dir } = building;
  const check = () => datasetSanity(building, [labelsV10], options);
  await holdDatasets(lake, RUN, "ingest", ["labels_v10"], () => assert.rejects(check(), /locked .*ingest/));
  await holdRun(lake, RUN, "sealing", () => assert.rejects(check(), /locked .*sealing/));
  const what = await whatIsChecked(dir, labelsV10, {});
  assert.ok(what !== undefined);
  const note = () =>
    noteChecked(building, labelsV10, what, { ofFiles: [], ofValues: [], columns: undefined });
  const changed = {
    name: "ExpectedError",
    message: "labels_v10 was rebuilt or removed during the checks: check it again",
  };
  const record = await readDone(dir, "labels_v10");
  const [file] = record?.files ?? [];
  assert.ok(record !== undefined && file !== undefined);
  await writeDone(dir, { ...record, files: [{ ...file, sha256: "0".repeat(64) }] });
  await assert.rejects(note(), changed);
  assert.equal(existsSync(inRun.checked(dir)), false);
  rmSync(dir, { recursive: true });
  await assert.rejects(note(), changed);
  assert.equal(existsSync(dir), false);
});
