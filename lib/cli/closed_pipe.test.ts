import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";

const COMMAND = new URL("command.ts", import.meta.url).href;

/** A script that prints much more than a pipe buffers, then reports on stderr that it is done. */
const script = `
import { defineCommand, runAsEntrypoint } from "${COMMAND}";
const main = defineCommand({ name: "x", summary: "", options: {}, async run({ print }) {
  for (let line = 0; line < 2000; line++) {
    print("x".repeat(1000));
    if (line % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  process.stderr.write("done");
  return 1;
}});
await runAsEntrypoint(import.meta.url, main);
`;

test("a reader that stops early neither ends the work nor changes the exit code", async (t) => {
  const path = join(temporaryDirectory(t), "x.mts");
  writeFileSync(path, script);
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), path]);
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += String(data);
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const [code] = await once(child, "close");
  assert.equal(errors, "done");
  assert.equal(code, 1);
});
