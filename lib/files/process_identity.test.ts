import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { processStart } from "./process_identity.ts";

test("a zombie is not alive", async () => {
  // The shell becomes a program that never reaps the child it inherits; then the child ends.
  const child = 'until [ "$(cat /proc/$PPID/comm)" = sleep ]; do :; done';
  const parent = spawn("sh", ["-c", `sh -c '${child}' & echo $!; exec sleep 30`]);
  try {
    const [line] = await once(parent.stdout, "data");
    const pid = Number(String(line).trim());
    while (processStart(pid) !== undefined) await new Promise((done) => setTimeout(done, 5));
    assert.equal(process.kill(pid, 0), true, "its pid is still taken");
    assert.equal(processStart(pid), undefined);
    assert.notEqual(processStart(process.pid), undefined);
  } finally {
    parent.kill("SIGKILL");
  }
});
