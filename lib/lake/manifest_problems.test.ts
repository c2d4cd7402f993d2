import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryLake } from "../testing/run_fixture.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { manifestProblems } from "./manifest_problems.ts";
import { detailTables } from "./testing/detail_tables.ts";
import { makeSealedRun } from "./testing/fixture_runs.ts";

const RUN = "2026-01__20260120_194923";

test("optional datasets may be present or absent, even of another version; others must be present", async (t) => {
  const dir = await makeSealedRun(temporaryLake(t), RUN, { tables: detailTables });
  const manifest = await readManifest(dir);
  assert.ok(manifest !== undefined);
  const problems = (datasets: Manifest["datasets"]) =>
    manifestProblems(dir, RUN, { ...manifest, datasets }, []);
  const { release_tracks_v1: tracks, releases_v6: releases, ...rest } = manifest.datasets;
  assert.ok(tracks !== undefined && releases !== undefined);
  assert.deepEqual(await problems(manifest.datasets), []);
  assert.deepEqual(await problems({ ...rest, releases_v6: releases }), []);
  assert.deepEqual(await problems({ ...rest, release_tracks_v1: tracks }), [
    "manifest.json: lacks releases_v6",
  ]);
  const other = { ...tracks, directory: "release_tracks_v9" };
  assert.deepEqual(await problems({ ...manifest.datasets, release_tracks_v9: other }), []);
  for (const directory of [
    "_reports/release_tracks_v1",
    "../release_tracks_v1",
    "release_tracks_v2",
    "a/b/release_tracks_v1",
  ]) {
    assert.deepEqual(await problems({ ...manifest.datasets, release_tracks_v1: { ...tracks, directory } }), [
      `manifest.json: release_tracks_v1: is in ${directory}, where no dataset belongs`,
    ]);
  }
});
