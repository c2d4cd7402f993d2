import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { appendStageEvent } from "../cli/stage_log.ts";
import { makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { promote } from "../promotion/promote.ts";
import { rollback } from "../promotion/rollback.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { until } from "../testing/until.ts";
import { NOTIFY_COMMAND, type Notice, notify, notifying } from "./notify.ts";
import { workflowFolders } from "./places.ts";
import { parseRunArguments, type RunArguments } from "./run_arguments.ts";
import { type Session, statusDirectory, writeSession } from "./session.ts";
import { stageLog } from "./stage_times.ts";
import { isRunning } from "./testing/digdag_project.ts";

const MAY = "2026-05__20260601_020304";
const JUNE = "2026-06__20260701_020304";
const JULY = "2026-07__20260801_020304";
const [project = ""] = workflowFolders;
const workflow = { name: "main", project };
const noArguments: RunArguments = parseRunArguments(["main"], "/");

/** A lake with a command that records its input, and the warnings. */
function scene(
  t: TestContext,
  command = 'cat >> "$DISCOGS_DATA_LAKE/told"; echo >> "$DISCOGS_DATA_LAKE/calls"',
) {
  const lake = temporaryLake(t);
  const warnings: string[] = [];
  const context = {
    cwd: lake,
    env: { ...process.env, DISCOGS_DATA_LAKE: lake, [NOTIFY_COMMAND]: command },
    log: { ...silentLogger, warn: (message: string) => warnings.push(message) },
  };
  const told = (): Notice[] => {
    const file = join(lake, "told");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    return lines.map((line) => JSON.parse(line));
  };
  return { lake, context, warnings, told };
}

const NOTICE: Notice = {
  workflow: "main",
  run: JULY,
  outcome: "failed",
  step: "seal",
  message: "no",
  log: null,
  lake: null,
  time: "2026-08-01T00:00:00.000Z",
};

test("notifies of a failure with run, step, message and log", async (t) => {
  const { lake, context, told, warnings } = scene(t);
  const status = await notifying(workflow, noArguments, context, async (onBegin) => {
    const dir = join(
      statusDirectory({ lake, workflow: "main", dumpMonth: "2026-07" }),
      "20260801T020304+0000",
    );
    const time = new Date().toISOString();
    const session = "2026-08-01T02:03:04.000Z";
    const record = {
      session,
      workflow: "main",
      project,
      run_id: JULY,
      parameters: {},
      code: "1",
      started: time,
    };
    const mine: Session = { dir, record: { ...record, state: "unfinished" } };
    await writeSession(mine);
    const log = stageLog({ dir });
    appendStageEvent(log, { event: "workflow began", time });
    onBegin?.(mine);
    // Another month is begun at the same time.
    const other = join(
      statusDirectory({ lake, workflow: "main", dumpMonth: "2026-08" }),
      "20260901T020304+0000",
    );
    await writeSession({
      dir: other,
      record: {
        ...mine.record,
        session: "2026-09-01T02:03:04.000Z",
        run_id: "2026-08__20260901_020304",
      },
    });
    appendStageEvent(stageLog({ dir: other }), { event: "workflow began", time });
    appendStageEvent(log, {
      event: "began",
      time,
      pid: 1,
      task: "+main+seal",
      script: "scripts/seal_run.ts",
    });
    const end = { exit: 1, cpu_seconds: 1, peak_rss_bytes: 1, error: "scripts/seal_run.ts: error: no" };
    appendStageEvent(log, { event: "ended", time, pid: 1, ...end });
    mkdirSync(join(lake, "_meta", "logs", "main"), { recursive: true });
    appendStageEvent(join(lake, "_meta", "logs", "main", "20260801_020304.log"), {
      event: "workflow began",
      time,
    });
    return 1;
  });
  assert.equal(status, 1);
  const [notice, ...others] = told();
  assert.deepEqual(others, []);
  assert.ok(Date.parse(notice?.time ?? "") > 0);
  assert.deepEqual(
    { ...notice, time: "" },
    {
      workflow: "main",
      run: JULY,
      outcome: "failed",
      step: "seal",
      message: "scripts/seal_run.ts: error: no",
      log: join(lake, "_meta", "logs", "main", "20260801_020304.log"),
      lake,
      time: "",
    },
  );
  assert.deepEqual(warnings, []);
});

test("notifies of an error before anything has begun, and keeps the error", async (t) => {
  const { context, told } = scene(t);
  const work = async () => {
    throw new ExpectedError("no month under /raw");
  };
  await assert.rejects(notifying(workflow, noArguments, context, work), { message: "no month under /raw" });
  assert.deepEqual(
    told().map(({ outcome, run, step, message, log }) => [outcome, run, step, message, log]),
    [["failed", null, null, "no month under /raw", null]],
  );
});

test("notifies of each switch of active, but not of a success without one", async (t) => {
  const { lake, context, told } = scene(t);
  for (const runId of [MAY, JUNE, JULY]) await makeSealedRun(lake, runId);
  await promote(lake, JUNE);
  assert.equal(await notifying(workflow, noArguments, context, async () => 0), 0);
  assert.deepEqual(told(), []);
  const sessionOf = (name: string, runId?: string): Session => {
    const session = "2026-08-01T02:03:04.000Z";
    const record = { session, workflow: name, project, run_id: runId, parameters: {}, code: "1" };
    return { dir: join(lake, name), record: { ...record, state: "unfinished", started: session } };
  };
  await notifying(workflow, noArguments, context, async (onBegin) => {
    onBegin?.(sessionOf("main", JULY));
    await promote(lake, JULY);
    // Other processes switch it meanwhile.
    await rollback(lake, { request: "2026-08-02T02:03:04+00:00" });
    await promote(lake, MAY, { allowOlder: true });
    await promote(lake, JUNE);
    return 0;
  });
  await promote(lake, JULY);
  await notifying({ ...workflow, name: "rollback" }, noArguments, context, async (onBegin) => {
    onBegin?.(sessionOf("rollback"));
    await rollback(lake, { request: "2026-08-01T02:03:04+00:00" });
    return 1;
  });
  assert.deepEqual(
    told().map(({ workflow: name, outcome, run, message }) => [name, outcome, run, message]),
    [
      ["main", "promoted", JULY, `promoted: run ${JULY} (active before: ${JUNE})`],
      ["rollback", "rolled back", JUNE, `rolled back: run ${JUNE} (active before: ${JULY})`],
      ["rollback", "failed", null, "rollback.dig exited with code 1, but none of its steps failed"],
    ],
  );
});

test("notifies nothing without a command or for workflows of other projects", async (t) => {
  const { context, told, lake } = scene(t);
  const quiet = { ...context, env: { ...context.env, [NOTIFY_COMMAND]: "" } };
  assert.equal(await notifying(workflow, noArguments, quiet, async () => 1), 1);
  assert.equal(await notifying({ ...workflow, project: lake }, noArguments, context, async () => 1), 1);
  assert.deepEqual(told(), []);
});

test("a failing command is a warning with its output", async (t) => {
  const { context, warnings } = scene(t, "echo no such host >&2; exit 7");
  assert.equal(await notifying(workflow, noArguments, context, async () => 3), 3);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? "",
    /^DISCOGS_NOTIFY_COMMAND exited with code 7, .*main\.dig failed: no such host$/,
  );
});

test("a command that can't run, reads nothing, or is killed is at most a warning", async (t) => {
  const { context, warnings } = scene(t);
  await notify("exit 0", { ...NOTICE, message: "x".repeat(1_000_000) }, context);
  assert.equal(warnings.length, 0);
  await notify("kill -KILL $$", NOTICE, context);
  await notify("/no/such/program", NOTICE, context);
  await notify("true", NOTICE, { ...context, cwd: join(context.cwd, "nowhere") });
  assert.deepEqual(
    warnings.map((line) => line.replace(/,.*|: .*/, "")),
    [
      "DISCOGS_NOTIFY_COMMAND was ended by SIGKILL",
      "DISCOGS_NOTIFY_COMMAND exited with code 127",
      "DISCOGS_NOTIFY_COMMAND",
    ],
  );
});

test("kills a hanging command with its children", async (t) => {
  const { lake, context, warnings } = scene(t);
  const file = join(lake, "pid");
  // Longer limits for a machine on which the shell needs more than a second to start.
  for (let seconds = 1; seconds <= 64 && !existsSync(file); seconds *= 2) {
    warnings.length = 0;
    const command = `sleep 600 & echo $! > "${file}.new" && mv "${file}.new" "${file}"; wait`;
    await notify(command, NOTICE, context, seconds * 1000);
    assert.match(
      warnings[0] ?? "",
      new RegExp(`^DISCOGS_NOTIFY_COMMAND took more than ${seconds} s and was killed, `),
    );
  }
  const pid = Number(readFileSync(file, "utf8"));
  await until("the command's own process is killed", () => !isRunning(pid));
});
