import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sealedDir } from "../files/paths.ts";
import { readDone, writeDone } from "../lake/done.ts";
import { sealRun } from "../lake/seal.ts";
import { makeLake, makeUntestedRun, writeTestReports } from "../lake/testing/fixture_runs.ts";
import { reportOnRun } from "./sanity_of_run.ts";
import { unknownPathsCheck } from "./unknown_paths.ts";

const RUN = "2026-09__20260914_120000";

/** A run whose records list unknown paths in the dumps of these datasets. */
async function runWith(unknown: Record<string, Record<string, number>>) {
  const lake = makeLake();
  const building = await makeUntestedRun(lake, RUN);
  for (const [dataset, paths] of Object.entries(unknown)) {
    const record = await readDone(building.dir, dataset);
    assert.ok(record !== undefined);
    await writeDone(building.dir, { ...record, unknown: paths });
  }
  return { lake, building };
}

test("unknown content of the dumps is a WARN of the sanity report, sorted by name", async () => {
  const { building } = await runWith({
    releases_v6: { "release/nation": 7, "release/@x": 9 },
    labels_v10: {},
  });
  const { path, checks } = await reportOnRun(building.dir, {});
  const names = checks.map(({ name }) => name);
  assert.ok(names.indexOf("dump.unknown_paths") < names.indexOf("masters_v1.orphan_main_release_id"));
  assert.match(
    readFileSync(path ?? "", "utf8"),
    /^dump\.unknown_paths,WARN,2,false,"release\/@x 9, release\/nation 7"$/m,
  );
});

test("it is ok when there is none, also in a sealed run, and absent if it was not recorded", async () => {
  const looked = await runWith({ artists_v1_typed: {} });
  assert.deepEqual(await unknownPathsCheck(looked.building.dir), [
    {
      name: "dump.unknown_paths",
      severity: "WARN",
      ok: true,
      value: 0n,
      details: "unknown elements and attributes",
    },
  ]);
  assert.deepEqual(await unknownPathsCheck((await runWith({})).building.dir), []);

  const found = await runWith({ masters_v1_typed: { "master/x": 1 } });
  await writeTestReports(found.building);
  const { manifest } = await sealRun(found.lake, RUN);
  assert.deepEqual(manifest.datasets.masters_v1_typed?.unknown, { "master/x": 1 });
  assert.deepEqual(
    (await unknownPathsCheck(sealedDir(found.lake, RUN))).map(({ ok, details }) => [ok, details]),
    [[false, "master/x 1"]],
  );
});
