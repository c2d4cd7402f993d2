import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withLock } from "../files/lock.ts";
import { buildingDir, runLockPath, sealedDir, temporaryName } from "../files/paths.ts";
import { discardRun } from "./discard.ts";
import { sealRun } from "./seal.ts";
import { makeBuildingRun, makeLake, makeSealedRun } from "./testing/fixture_runs.ts";
import { runScript } from "./testing/run_script.ts";

const RUN = "2025-12__20260120_194923";

test("removes a building run completely, even one whose sealing was interrupted", async () => {
  const lake = makeLake();
  await makeBuildingRun(lake, RUN);
  const interrupt = (step: string) => {
    if (step === "write bits") throw new Error("interrupted");
  };
  await assert.rejects(sealRun(lake, RUN, { afterStep: interrupt }), /interrupted/);
  const { code, stdout } = await runScript("scripts/discard_run.ts", RUN, "--lake", lake);
  assert.deepEqual([code, stdout], [0, `discarded: run ${RUN}\n`]);
  assert.deepEqual(readdirSync(join(lake, "_runs")), []);
});

test("what an interrupted call left under the name of this process is no obstacle", async () => {
  const lake = makeLake();
  await makeBuildingRun(lake, RUN);
  mkdirSync(join(lake, "_runs", temporaryName(`discarded.${RUN}`), "labels_v10"), { recursive: true });
  await discardRun(lake, RUN);
  assert.deepEqual(readdirSync(join(lake, "_runs")), []);
});

test("never removes a sealed run", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const { code, stderr } = await runScript("scripts/discard_run.ts", RUN, "--lake", lake);
  assert.equal(code, 2);
  assert.match(stderr, /is sealed, and a sealed run is never removed/);
  assert.equal(existsSync(sealedDir(lake, RUN)), true);
});

test("suggests only a run that can be discarded for a mistyped one", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const absent = `there is no run ${RUN.slice(0, -1)}4 in ${lake}`;
  await assert.rejects(discardRun(lake, `${RUN.slice(0, -1)}4`), { message: absent });
  await assert.rejects(discardRun(lake, RUN.slice(0, -1)), ({ message }) => !/did you mean/.test(message));
  const building = RUN.replace("194923", "194925");
  mkdirSync(buildingDir(lake, building));
  await assert.rejects(discardRun(lake, `${RUN.slice(0, -1)}4`), {
    message: `${absent}; did you mean ${building}?`,
  });
  await assert.rejects(discardRun(lake, RUN.slice(0, -1)), new RegExp(`; did you mean ${building}\\?$`));
});

test("removes a building run next to a sealed one of the same id, and keeps the sealed one", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  mkdirSync(buildingDir(lake, RUN));
  await discardRun(lake, RUN);
  assert.deepEqual(readdirSync(join(lake, "_runs")), [RUN]);
});

test("keeps a run that a live process is writing", async () => {
  const lake = makeLake();
  await makeBuildingRun(lake, RUN);
  await withLock(runLockPath(lake, RUN), "ingest", async () => {
    await assert.rejects(discardRun(lake, RUN), new RegExp(`locked by pid ${process.pid}`));
  });
  assert.equal(existsSync(buildingDir(lake, RUN)), true);
});

test("completes an interrupted discard; afterwards there is no such run", async () => {
  const lake = makeLake();
  mkdirSync(join(lake, "_runs", `_tmp.discarded.${RUN}.123`, "releases_v6"), { recursive: true });
  await discardRun(lake, RUN);
  assert.deepEqual(readdirSync(join(lake, "_runs")), []);
  await assert.rejects(discardRun(lake, RUN), /there is no run/);
});
