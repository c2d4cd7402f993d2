import assert from "node:assert/strict";
import { cpSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Logger, silentLogger } from "../cli/log.ts";
import { releasesV6 } from "../datasets/releases_v6.ts";
import { releaseGenreXrefV1, releaseStyleXrefV1, type WarehouseDataset } from "../datasets/warehouse.ts";
import { inRun } from "../files/paths.ts";
import { readDone } from "../lake/done.ts";
import { makeUntestedRun } from "../lake/testing/fixture_runs.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { buildInRun } from "./build_in_run.ts";
import { warehouseCommand } from "./warehouse_command.ts";

const RUN = "2026-01__20260120_194923";

test("a dataset whose input is rebuilt meanwhile is not done, and is built again", async (t) => {
  const building = await makeUntestedRun(temporaryLake(t), RUN);
  const releases = await readDone(building.dir, "releases_v6");
  const [part] = releases?.files ?? [];
  assert.ok(releases !== undefined && part !== undefined);
  const other = { ...releases, files: [{ ...part, sha256: "0".repeat(64) }] };
  const record = inRun.doneRecord(building.dir, "releases_v6");
  const log = { ...silentLogger, info: () => writeFileSync(record, JSON.stringify(other)) };
  const build = (logger: Logger) => buildInRun(building, [releaseGenreXrefV1], { log: logger, threads: 1 });
  await assert.rejects(build(log), {
    name: "ExpectedError",
    message: /^inputs of release_genre_xref_v1 were rebuilt meanwhile: build it again$/,
  });
  assert.equal(await readDone(building.dir, "release_genre_xref_v1"), undefined);
  const [made] = await build(silentLogger);
  assert.equal(made?.dataset, "release_genre_xref_v1");
  assert.deepEqual(await readDone(building.dir, "release_genre_xref_v1"), made);
});

test("skips a dataset that the run was begun without, naming it", async (t) => {
  const building = await makeUntestedRun(temporaryLake(t), RUN, { without: [releaseGenreXrefV1.directory] });
  const { datasets = [] } = building.run;
  const run = {
    ...building.run,
    parameters: { datasets: "some" },
    datasets: datasets.filter((name) => name !== "release_genre_xref_v1"),
  };
  const said: string[] = [];
  const log = { ...silentLogger, info: (line: string) => void said.push(line) };
  const made = await buildInRun({ ...building, run }, [releaseStyleXrefV1, releaseGenreXrefV1], {
    log,
    threads: 1,
  });
  assert.deepEqual(
    made.map(({ dataset }) => dataset),
    ["release_style_xref_v1"],
  );
  assert.ok(said.includes("release_genre_xref_v1: not made, the run was begun with datasets=some"));
  assert.equal(existsSync(join(building.dir, releaseGenreXrefV1.directory)), false);
});

test("in any directory, skips an optional dataset whose inputs are missing", async (t) => {
  const lake = temporaryLake(t);
  const { dir } = await makeUntestedRun(lake, RUN);
  const copy = join(lake, "copy");
  cpSync(join(dir, "releases_v6"), join(copy, "releases_v6"), { recursive: true });
  const absent = { ...releasesV6, directory: "releases_v7", table: "releases_v7" };
  const optional = { ...releaseGenreXrefV1, required: false, reads: [releasesV6, absent] };
  const build = (datasets: WarehouseDataset[]) =>
    runMain(warehouseCommand("pipelines/test.ts", "For a test.", datasets), ["--run", copy]);
  const some = await build([releaseStyleXrefV1, optional]);
  assert.equal(some.code, 0, some.stderr);
  assert.equal(some.stdout, "warehouse_discogs/release_style_xref_v1: 2 rows\n");
  assert.match(some.stderr, /release_genre_xref_v1: not made, \S+\/copy has no releases_v7$/m);
  const none = await build([optional]);
  assert.equal(none.code, 2);
  assert.match(
    none.stderr,
    /error: \S+releases_v7 has no data, but release_genre_xref_v1 needs it: make it first$/m,
  );
});
