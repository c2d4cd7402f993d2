import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { main as stageTimes } from "../../../scripts/stage_times.ts";
import { appendStageEvent } from "../../cli/stage_log.ts";
import { type Session, statusDirectory, writeSession } from "../../digdag/session.ts";
import { stageLog } from "../../digdag/stage_times.ts";
import { sealedDir } from "../../files/paths.ts";
import { temporaryLake } from "../../testing/run_fixture.ts";
import { runMain } from "../../testing/run_main.ts";
import { readStages } from "./stages.ts";

/** A session of a run, in which two attempts sealed it for these seconds. */
async function putSession(
  lake: string,
  runId: string,
  change: Partial<Session["record"]> = {},
): Promise<void> {
  const record: Session["record"] = {
    session: "2026-09-01T02:03:04.000Z",
    workflow: "main",
    project: "digdag",
    run_id: runId,
    parameters: {},
    code: "1",
    state: "finished",
    started: "2026-09-01T02:03:04.000Z",
    ...change,
  };
  const { workflow } = record;
  const session = {
    dir: join(statusDirectory({ lake, workflow, dumpMonth: runId.slice(0, 7) }), runId),
    record,
  };
  await writeSession(session);
  const log = stageLog(session);
  for (const minute of [10, 20]) {
    const at = (second: number) => `2026-09-01T02:${minute}:${second}.000Z`;
    appendStageEvent(log, { event: "workflow began", time: at(10) });
    appendStageEvent(log, {
      event: "began",
      time: at(11),
      pid: 1,
      task: "+main+seal",
      script: "scripts/seal_run.ts",
    });
    appendStageEvent(log, {
      event: "ended",
      time: at(14),
      pid: 1,
      exit: 0,
      cpu_seconds: 1,
      peak_rss_bytes: 1,
    });
    appendStageEvent(log, { event: "workflow ended", time: at(15), exit: 0 });
  }
}

test("the last runs that main.dig finished have their stage times, with all attempts", async (t) => {
  const lake = temporaryLake(t);
  const runs = ["2026-05", "2026-06", "2026-07"].map((month) => `${month}__20260901_020304`);
  for (const runId of runs) await putSession(lake, runId);
  await putSession(lake, "2026-08__20260901_020304", { state: "unfinished" });
  await putSession(lake, "2026-09__20260901_020304", { workflow: "promote" });
  assert.deepEqual(
    await readStages(lake, 2),
    runs.slice(1).map((runId) => ({ runId, wall: 10, stages: new Map([["seal", 6]]) })),
  );
});

test("scripts/stage_times.ts prints a table for each attempt of the run, and tells when there is none", async (t) => {
  const lake = temporaryLake(t);
  const [one = "", other = "", none = ""] = ["05", "06", "07"].map(
    (month) => `2026-${month}__20260901_020304`,
  );
  for (const runId of [one, other]) await putSession(lake, runId);
  for (const runId of [one, none]) mkdirSync(sealedDir(lake, runId), { recursive: true });
  const { code, stdout, stderr } = await runMain(stageTimes, [one, "--lake", lake]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    stdout.split("\n").filter((line) => line.endsWith(":")),
    [1, 2].map((time) => `main.dig, session 2026-09-01T02:03:04Z, ${time} of 2 times:`),
  );
  assert.equal(stdout.match(/ seal$/gm)?.length, 2);
  const without = await runMain(stageTimes, [none, "--lake", lake]);
  assert.deepEqual([without.code, without.stdout], [0, ""]);
  assert.match(without.stderr, new RegExp(` no times recorded for run ${none}: `));
});
