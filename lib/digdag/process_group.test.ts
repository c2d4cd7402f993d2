import assert from "node:assert/strict";
import { test } from "node:test";
import { isRunning } from "./testing/digdag_project.ts";
import { runInGroup } from "./process_group.ts";

test("an aborted program ends with everything that it started", async () => {
  const controller = new AbortController();
  let background = 0;
  const code = await runInGroup({
    program: "sh",
    args: ["-c", "sleep 100000 & echo $!; wait"],
    cwd: "/",
    env: { ...process.env },
    signal: controller.signal,
    output: {
      stdout(chunk) {
        background = Number(chunk);
        controller.abort();
      },
      stderr: (chunk) => assert.fail(String(chunk)),
    },
  });
  assert.equal(code, 143);
  assert.ok(background > 0);
  assert.equal(isRunning(background), false);
});

test("a program whose signal was aborted before does not run on", async () => {
  const signal = AbortSignal.abort();
  const code = await runInGroup({
    program: "sleep",
    args: ["100000"],
    cwd: "/",
    env: { ...process.env },
    signal,
  });
  assert.equal(code, 143);
});
