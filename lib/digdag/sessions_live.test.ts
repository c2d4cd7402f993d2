import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type DigdagProject, digdagProject } from "./testing/digdag_project.ts";

// Uses the real engine: each run of Digdag takes some seconds. choose_session.test.ts tests the choice of sessions.

const WORKFLOW = `timezone: UTC
+first:
  sh>: echo "first $dump_month" >> log
+second:
  sh>: echo "second $(cat switch)" >> log; test "$(cat switch)" = on
_error:
  sh>: echo "failed" >> log
`;

let project: DigdagProject;
beforeEach(async () => {
  project = await digdagProject(WORKFLOW);
});
afterEach(() => project.remove());

function turn(state: "on" | "off"): void {
  writeFileSync(join(project.dir, "switch"), state);
}

test("the same command resumes a failed session, and begins a new one after a finished one", async () => {
  turn("off");
  const command = ["run", "flow.dig", "-p", "dump_month=2026-07"];
  const failed = await project.run(command);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /new session .* of flow\.dig, run 2026-07__\d{8}_\d{6}\n/);
  assert.deepEqual(project.log(), ["first 2026-07", "second off", "failed"]);

  assert.equal((await project.run(command)).code, 1);
  assert.deepEqual(project.log().slice(3), ["second off", "failed"], "_error: reports every failure");

  turn("on");
  const resumed = await project.run(command);
  assert.equal(resumed.code, 0);
  assert.match(resumed.stderr, /resuming session/);
  assert.deepEqual(project.log().slice(5), ["second on"]);

  const next = await project.run(command);
  assert.match(next.stderr, /new session/);
  assert.deepEqual(project.log().slice(6), ["first 2026-07", "second on"]);
  assert.deepEqual(
    (await project.sessions()).map(({ state }) => state),
    ["finished", "finished"],
  );
  assert.deepEqual(readdirSync(project.dir).sort(), ["flow.dig", "log", "switch"]);
});

test("a dry run and a run of some tasks leave the session unfinished", async () => {
  turn("on");
  assert.equal((await project.run(["run", "flow", "-d"])).code, 0);
  assert.equal(existsSync(project.lake), false);
  assert.equal((await project.run(["run", "flow", "--end", "+second"])).code, 0);
  assert.deepEqual(project.log(), ["first "]);
  const rest = await project.run(["run", "flow"]);
  assert.match(rest.stderr, /repeating session .*only some of its tasks were requested/);
  assert.deepEqual(project.log(), ["first ", "first ", "second on"]);
});

test("shows how a workflow ended even if that can't be recorded", async () => {
  const damaging = `+damage:
  sh>: record=$(find "$DISCOGS_DATA_LAKE/_meta/digdag" -name session.json) && rm "$record" && mkdir "$record" && false
`;
  writeFileSync(join(project.dir, "flow.dig"), damaging);
  const { code, stderr } = await project.run(["run", "flow.dig"]);
  assert.equal(code, 2);
  assert.match(stderr, /full log: .*\ndigdag: error: .*session\.json is a directory: [^\n]*\n$/);
});
