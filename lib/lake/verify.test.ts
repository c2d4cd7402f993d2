import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeBuildingRun, makeLake, makeOriginalRun, makeSealedRun } from "./testing/fixture_runs.ts";
import { runScript } from "./testing/run_script.ts";

const RUN = "2025-12__20260120_194923";

/** Opens the directories of a sealed run, as somebody would who tampers with it. */
function unlocked(dir: string) {
  for (const path of [
    dir,
    join(dir, "releases_v6"),
    join(dir, "labels_v10"),
    join(dir, "releases_v6", "part-00000.parquet"),
  ])
    chmodSync(path, 0o755);
  return dir;
}

test("verify_run prints one line for each difference and ends with 1", async () => {
  const lake = makeLake();
  const dir = unlocked(await makeSealedRun(lake, RUN));
  const good = await runScript("scripts/verify_run.ts", RUN, "--lake", lake);
  assert.deepEqual([good.code, good.stdout], [0, `verified: run ${RUN}, 12 files\n`]);

  appendFileSync(join(dir, "releases_v6", "part-00000.parquet"), "x");
  writeFileSync(join(dir, "releases_v6", "part-00001.parquet"), "x");
  rmSync(join(dir, "labels_v10"), { recursive: true });
  mkdirSync(join(dir, "extra"));
  const [report = ""] = readdirSync(join(dir, "_reports"));
  chmodSync(join(dir, "_reports", report), 0o644);
  appendFileSync(join(dir, "_reports", report), "x");
  const bad = await runScript("scripts/verify_run.ts", "--run-id", RUN, "--lake", lake);
  assert.equal(bad.code, 1);
  const lines = bad.stdout.trimEnd().split("\n");
  assert.equal(lines.length, 5, bad.stdout);
  assert.match(bad.stdout, /^extra: not in the manifest$/m);
  assert.match(bad.stdout, /^releases_v6\/part-00000\.parquet: \d+ bytes, recorded were \d+$/m);
  assert.match(bad.stdout, /^releases_v6\/part-00001\.parquet: not in the record$/m);
  assert.match(bad.stdout, /^labels_v10: the directory is missing$/m);
  assert.match(bad.stdout, /^_reports\/duckdb_sanity_run_\S+: changed after it was sealed$/m);
});

test("a file that was replaced by a link to its copy does not verify", async () => {
  const lake = makeLake();
  const dir = unlocked(await makeSealedRun(lake, RUN));
  rmSync(join(dir, "releases_v6", "part-00000.parquet"));
  symlinkSync("/dev/null", join(dir, "releases_v6", "part-00000.parquet"));
  const { code, stdout } = await runScript("scripts/verify_run.ts", RUN, "--lake", lake);
  assert.deepEqual([code, stdout], [1, "releases_v6/part-00000.parquet: not a regular file\n"]);
});

test("runs without a manifest can't be verified: one line, exit 2", async () => {
  const lake = makeLake();
  await makeBuildingRun(lake, RUN);
  await makeOriginalRun(lake, "2025-11__20251220_194923");
  const building = await runScript("scripts/verify_run.ts", RUN, "--lake", lake);
  assert.equal(building.code, 2);
  assert.match(building.stderr, /is not sealed/);
  const original = await runScript("scripts/verify_run.ts", "2025-11__20251220_194923", "--lake", lake);
  assert.equal(original.code, 2);
  assert.match(original.stderr, /has no manifest\.json/);
});
