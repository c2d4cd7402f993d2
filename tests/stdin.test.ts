import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { dumpText, extractAll, writeDump } from "../lib/testing/dumps.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { scriptArguments } from "../lib/testing/script_arguments.ts";

// A piped dump, as in `curl ... | bin/lake parse_labels_v10 --src -`.

const SCRIPT = "pipelines/parse_labels_v10.ts";
const TIMEOUT_MS = 60_000;

const RECORDS = Array.from(
  { length: 40_000 },
  (_, index) => `<label><id>${index + 1}</id><name>L</name><profile>${"text ".repeat(40)}</profile></label>`,
);

function start(t: TestContext, ...args: string[]) {
  const child = spawn(process.execPath, scriptArguments(SCRIPT, "--src", "-", ...args), {
    stdio: ["pipe", "ignore", "pipe"],
    timeout: TIMEOUT_MS,
  });
  t.after(() => child.kill("SIGKILL"));
  // The script may end before it has read everything.
  child.stdin.on("error", () => undefined);
  const stderr: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const ended = once(child, "close").then(([code]) => ({ code, stderr: Buffer.concat(stderr).toString() }));
  return { stdin: child.stdin, ended };
}

for (const threads of ["1", "2", "3"]) {
  test(`a piped dump yields the same bytes as its file, with --threads ${threads}`, async (t) => {
    const dir = temporaryDirectory(t);
    await extractAll(writeDump(dir, "label", RECORDS), "label", join(dir, "file"));
    const out = join(dir, "piped");
    const { stdin, ended } = start(t, "--out", out, "--threads", threads);
    stdin.end(gzipSync(dumpText("label", RECORDS)));
    const { code, stderr } = await ended;
    assert.equal(code, 0, stderr);
    const part = "part-00000.parquet";
    assert.deepEqual(readdirSync(out), [part]);
    assert.deepEqual(readFileSync(join(out, part)), readFileSync(join(dir, "file", "labels_v10", part)));
  });

  test(`a stalled pipe does not block a script that has enough, with --threads ${threads}`, async (t) => {
    const out = join(temporaryDirectory(t), "piped");
    const { stdin, ended } = start(
      t,
      "--out",
      out,
      "--threads",
      threads,
      "--batch",
      "1000",
      "--max-parts",
      "2",
    );
    stdin.write(dumpText("label", RECORDS).slice(0, -1000));
    const { code, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(readdirSync(out), ["_partial", "part-00000.parquet", "part-00001.parquet"]);
  });
}

test("refuses a pipe that ends too early, and leaves nothing behind", async (t) => {
  const out = join(temporaryDirectory(t), "piped");
  const { stdin, ended } = start(t, "--out", out, "--threads", "2");
  stdin.end(dumpText("label", RECORDS).slice(0, -1000));
  const { code, stderr } = await ended;
  assert.equal(code, 2, stderr);
  assert.match(stderr, /stdin: record \d+, byte \d+: .*file ends inside/);
  assert.equal(existsSync(out), false);
});
