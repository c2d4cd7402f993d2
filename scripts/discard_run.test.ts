import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { sessionsOf, statusDirectory, writeSession } from "../lib/digdag/session.ts";
import { makeBuildingRun, makeLake } from "../lib/lake/testing/fixture_runs.ts";
import { runScript } from "../lib/lake/testing/run_script.ts";

const RUN = "2025-12__20260120_194923";

async function lakeWithSession() {
  const lake = makeLake();
  const line = { lake, workflow: "main", dumpMonth: "2025-12" };
  await writeSession({
    dir: join(statusDirectory(line), "20260120T194923+0000"),
    record: {
      session: "2026-01-20T19:49:23Z",
      workflow: "main",
      project: "/project",
      dump_month: "2025-12",
      run_id: RUN,
      parameters: {},
      code: "0.1.0+abc",
      state: "unfinished",
      started: "2026-01-20T19:49:23Z",
    },
  });
  return { lake, line };
}

test("discarding a run closes its unfinished session, so that the next start begins a new one", async () => {
  const { lake, line } = await lakeWithSession();
  await makeBuildingRun(lake, RUN);
  const { code, stderr } = await runScript("scripts/discard_run.ts", RUN, "--lake", lake);
  assert.equal(code, 0, stderr);
  const states = (await sessionsOf(line)).map(({ record }) => record.state);
  assert.deepEqual(states, ["discarded"]);
});

test("abandons a run that never began by closing its session; afterwards there is no such run", async () => {
  const { lake, line } = await lakeWithSession();
  const { code, stdout } = await runScript("scripts/discard_run.ts", RUN, "--lake", lake);
  assert.deepEqual([code, stdout], [0, `discarded: run ${RUN}\n`]);
  assert.deepEqual(
    (await sessionsOf(line)).map(({ record }) => record.state),
    ["discarded"],
  );
  const again = await runScript("scripts/discard_run.ts", RUN, "--lake", lake);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /there is no run/);
});
