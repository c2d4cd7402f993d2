import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { archivedDir, buildingDir, inRun, sealedDir } from "../files/paths.ts";
import {
  createBuilding,
  openBuilding,
  type RunFile,
  requiredDirectories,
  withDatasetLocks,
  withRunLock,
} from "./building.ts";
import { makeLake } from "./testing/fixture_runs.ts";

const RUN = "2025-12__20260120_194923";

const runOf = (runId: string): RunFile => ({
  run_id: runId,
  dump_month: "2025-12",
  dump_date: "2025-12-01",
  run_mode: "dev",
  parameters: { do_download: "false" },
  started: "2026-01-20T19:49:23.000Z",
  sources: [{ entity: "artists", name: "discogs_20251201_artists.xml.gz", path: "/raw/x", size: 7 }],
});

test("a run needs twelve datasets", () => {
  assert.equal(requiredDirectories.length, 12);
  assert.equal(requiredDirectories.filter((name) => name.startsWith("warehouse_discogs/")).length, 6);
});

test("opens a begun run again, and does not begin it twice", async () => {
  const lake = makeLake();
  const created = await createBuilding(lake, runOf(RUN));
  assert.deepEqual(await openBuilding(lake, RUN), created);
  assert.deepEqual(readdirSync(created.dir).sort(), ["_done", "_reports", "run.json"]);
  await assert.rejects(createBuilding(lake, runOf(RUN)), /is already being built/);
});

test("begins a run again after an interrupted beginning", async () => {
  const lake = makeLake();
  const runs = join(lake, "_runs");
  mkdirSync(join(runs, `_tmp.begun.${RUN}.123`, "_reports"), { recursive: true });
  mkdirSync(join(buildingDir(lake, RUN), "_reports"), { recursive: true });
  writeFileSync(join(buildingDir(lake, RUN), "_tmp.run.json.123"), "{");
  const { dir } = await createBuilding(lake, runOf(RUN));
  assert.deepEqual(readdirSync(runs), [`_building.${RUN}`]);
  assert.deepEqual(readdirSync(dir).sort(), ["_done", "_reports", "run.json"]);
});

test("does not begin a run over data without a run.json", async () => {
  const lake = makeLake();
  mkdirSync(join(buildingDir(lake, RUN), "releases_v6"), { recursive: true });
  writeFileSync(join(buildingDir(lake, RUN), "releases_v6", "part-00000.parquet"), "x");
  await assert.rejects(
    createBuilding(lake, runOf(RUN)),
    /no run\.json, but contains releases_v6\/part-00000\.parquet: .*discard_run/,
  );
});

test("a run that can't be begun leaves nothing in a new lake", async () => {
  const lake = makeLake();
  rmdirSync(join(lake, "_runs"));
  const wrong = { ...runOf(RUN), started: "yesterday" };
  await assert.rejects(createBuilding(lake, wrong), /Invalid ISO datetime/);
  assert.deepEqual(readdirSync(lake), []);
  writeFileSync(join(lake, "_runs"), "");
  await assert.rejects(createBuilding(lake, runOf(RUN)), /_runs is not a directory/);
  assert.deepEqual(readdirSync(lake), ["_runs"]);
});

test("refuses to begin a sealed run, or a name that is not a run id", async () => {
  const lake = makeLake();
  mkdirSync(sealedDir(lake, RUN));
  await assert.rejects(createBuilding(lake, runOf(RUN)), /is already sealed/);
  await assert.rejects(createBuilding(lake, runOf("2025-12__20260230_000000")), /not a run id/);
});

test("refuses to begin an archived run again", async () => {
  const lake = makeLake();
  const record = {
    run_id: RUN,
    location: `/mnt/archive/${RUN}`,
    manifest_sha256: "0".repeat(64),
    bytes: 1,
    archived: "2026-03-01T00:00:00.000Z",
  };
  mkdirSync(archivedDir(lake, RUN), { recursive: true });
  writeFileSync(inRun.archiveRecord(archivedDir(lake, RUN)), JSON.stringify(record));
  await assert.rejects(createBuilding(lake, runOf(RUN)), {
    message: /can't be begun again: it is archived in \/mnt\/archive\/.*: bring it back with .* --restore$/,
  });
  assert.deepEqual(readdirSync(join(lake, "_runs")), []);
});

test("refuses to open a run that was not begun or has a damaged run.json", async () => {
  const lake = makeLake();
  await assert.rejects(openBuilding(lake, RUN), /no run\.json: start the run/);
  const { dir } = await createBuilding(lake, runOf(RUN));
  writeFileSync(join(dir, "run.json"), "{}");
  await assert.rejects(openBuilding(lake, RUN), /run\.json: run_id/);
});

test("a writer's lock excludes a second writer, and removes what a killed one left", async () => {
  const lake = makeLake();
  const { dir } = await createBuilding(lake, runOf(RUN));
  mkdirSync(join(dir, "_tmp.releases_v6.123"));
  mkdirSync(join(dir, "warehouse_discogs", "_tmp.data.parquet.123"), { recursive: true });
  mkdirSync(join(dir, "releases_v6"));
  await withRunLock(lake, RUN, "ingest", async () => {
    assert.deepEqual(readdirSync(dir).sort(), [
      "_done",
      "_reports",
      "releases_v6",
      "run.json",
      "warehouse_discogs",
    ]);
    assert.deepEqual(readdirSync(join(dir, "warehouse_discogs")), []);
    mkdirSync(join(dir, "_tmp.labels_v10.1"));
    const second = withRunLock(lake, RUN, "build", async () => {});
    await assert.rejects(second, new RegExp(`locked by pid ${process.pid} .*ingest`));
    assert.ok(readdirSync(dir).includes("_tmp.labels_v10.1"));
  });
});

test("a writer of some datasets removes what a killed one left of them, and nothing of others", async () => {
  const lake = makeLake();
  const { dir } = await createBuilding(lake, runOf(RUN));
  const warehouse = join(dir, "warehouse_discogs");
  for (const name of ["_tmp.labels_v10.1", "_tmp.labels_v10.old.1", "_tmp.releases_v6.2"]) {
    mkdirSync(join(dir, name));
  }
  mkdirSync(join(warehouse, "_tmp.artist_name_map_v1.1"), { recursive: true });
  mkdirSync(join(warehouse, "_tmp.release_artists_v1.2"));
  const records = inRun.done(dir);
  for (const name of ["_tmp.labels_v10.json.1", "_tmp.releases_v6.json.2"]) {
    writeFileSync(join(records, name), "{");
  }
  const own = ["labels_v10", "warehouse_discogs/artist_name_map_v1"];
  await withDatasetLocks(lake, RUN, "ingest", own, async () => {
    assert.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith("_tmp.")),
      ["_tmp.releases_v6.2"],
    );
    assert.deepEqual(readdirSync(warehouse), ["_tmp.release_artists_v1.2"]);
    assert.deepEqual(readdirSync(records), ["_tmp.releases_v6.json.2"]);
  });
});
