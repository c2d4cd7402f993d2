import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { scriptArguments } from "../testing/script_arguments.ts";
import { until } from "../testing/until.ts";
import { type DigdagProject, digdagProject, finish, isRunning } from "./testing/digdag_project.ts";

// A task that records its own process and Digdag's, and runs as long as the file `wait` exists.
const WORKFLOW = `timezone: UTC
+first:
  sh>: echo first >> log
+long:
  sh>: |
    trap 'echo terminated >> log; exit 1' TERM
    echo "$$$$ $PPID" > pids.new && mv pids.new pids
    while test -e wait; do sleep 0.05; done
    echo done >> log
`;

let project: DigdagProject;
beforeEach(async () => {
  project = await digdagProject(WORKFLOW);
  writeFileSync(join(project.dir, "wait"), "");
});
afterEach(() => project.remove());

/** Starts the workflow; resolves once its long task runs. */
async function startLong() {
  rmSync(join(project.dir, "pids"), { force: true });
  const launcher = project.start(["run", "flow.dig"]);
  const end = finish(launcher);
  await until("the long task runs", () => existsSync(join(project.dir, "pids")));
  const [task = 0, engine = 0] = readFileSync(join(project.dir, "pids"), "utf8").split(" ").map(Number);
  return { launcher, end, task, engine };
}

/** Runs the same command again at once; the new task can finish once the old one is gone. */
async function repeat(oldTask: number): Promise<void> {
  const running = project.run(["run", "flow.dig"]);
  await until("the old task has ended", () => !isRunning(oldTask));
  rmSync(join(project.dir, "wait"));
  const again = await running;
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /resuming session/);
  assert.equal(project.log().at(-1), "done");
  assert.deepEqual(
    (await project.sessions()).map(({ state }) => state),
    ["finished"],
  );
}

test("SIGTERM reaches the running task, and the same command resumes", async () => {
  const { launcher, end, task, engine } = await startLong();
  launcher.kill("SIGTERM");
  const { code } = await end;
  assert.equal(code, 143);
  assert.deepEqual([isRunning(task), isRunning(engine)], [false, false]);
  assert.equal(project.log().at(-1), "terminated");
  await repeat(task);
});

test("kill -9 of digdag alone leaves no task running, and the same command resumes", async () => {
  const { end, task, engine } = await startLong();
  process.kill(engine, "SIGKILL");
  const { code } = await end;
  assert.equal(code, 137);
  assert.equal(isRunning(task), false);
  await repeat(task);
});

test("kill -9 of the launcher ends everything, and the same command resumes at once", async () => {
  const { launcher, task, engine } = await startLong();
  launcher.kill("SIGKILL");
  await repeat(task);
  assert.deepEqual([isRunning(task), isRunning(engine)], [false, false]);
  assert.equal(project.log().filter((line) => line === "done").length, 1);
});

test("a launcher killed before Digdag starts begins nothing, and the same command does", async () => {
  const orphan = spawn(process.execPath, scriptArguments("bin/digdag.ts", "run", "flow.dig"), {
    cwd: project.dir,
    // As left by `bin/digdag`: its own pid, which is no longer a parent's.
    env: { ...process.env, DISCOGS_DATA_LAKE: project.lake, DISCOGS_LAUNCHER_PID: `${process.pid + 1}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, stderr } = await finish(orphan);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /digdag: error: bin\/digdag \(pid \d+\) was killed/);
  assert.deepEqual(project.log(), []);
  rmSync(join(project.dir, "wait"));
  const again = await project.run(["run", "flow.dig"]);
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /resuming session/);
});

test("does not start a second launcher while a session runs", async () => {
  const { launcher, end } = await startLong();
  const second = project.start(["run", "flow.dig"]);
  const secondEnd = finish(second);
  let stderr = "";
  second.stderr?.on("data", (chunk) => {
    stderr += chunk;
  });
  await until("the second one waits", () => stderr.includes("another digdag is running flow.dig here"));
  second.kill("SIGTERM");
  await secondEnd;
  launcher.kill("SIGINT");
  const { code, stderr: lines } = await end;
  assert.equal(code, 130);
  assert.match(lines, /^\d\d:\d\d:\d\d interrupted: ending the running steps$/m);
  assert.equal(project.log().filter((line) => line === "first").length, 1);
});
