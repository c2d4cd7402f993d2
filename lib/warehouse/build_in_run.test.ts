import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { type Logger, silentLogger } from "../cli/log.ts";
import { releaseGenreXrefV1 } from "../datasets/warehouse.ts";
import { inRun } from "../files/paths.ts";
import { readDone } from "../lake/done.ts";
import { makeUntestedRun } from "../lake/testing/fixture_runs.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { buildInRun } from "./build_in_run.ts";

const RUN = "2026-01__20260120_194923";

test("a dataset whose input is made anew meanwhile is not done, and is made again", async (t) => {
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
    message: /^what release_genre_xref_v1 is made of was made anew meanwhile: make it again$/,
  });
  assert.equal(await readDone(building.dir, "release_genre_xref_v1"), undefined);
  const [made] = await build(silentLogger);
  assert.equal(made?.dataset, "release_genre_xref_v1");
  assert.deepEqual(await readDone(building.dir, "release_genre_xref_v1"), made);
});
