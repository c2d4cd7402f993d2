import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { STAGE_LOG, stageEvent } from "./stage_log.ts";

const COMMAND = new URL("command.ts", import.meta.url).href;
const ERRORS = new URL("errors.ts", import.meta.url).href;

/** A script that works for 50 ms and fails on request. */
const script = `
import { defineCommand, runAsEntrypoint } from "${COMMAND}";
import { ExpectedError } from "${ERRORS}";
const main = defineCommand({ name: "x", summary: "", options: { fail: { type: "flag", summary: "" } }, async run({ options }) {
  for (const end = Date.now() + 50; Date.now() < end; );
  if (options.fail) throw new ExpectedError("a dump is cut off");
  return 0;
}});
await runAsEntrypoint(import.meta.url, main);
`;

function run(dir: string, args: string[], log: string) {
  const path = join(dir, "x.mts");
  writeFileSync(path, script);
  const env = { ...process.env, [STAGE_LOG]: log, task_name: "+main+x" };
  return spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), path, ...args], {
    env,
    encoding: "utf8",
  });
}

test("a script of a workflow logs when it ran, what it used, and why it failed", (t) => {
  const dir = temporaryDirectory(t);
  const log = join(dir, "stages.jsonl");
  const from = Date.now();
  assert.equal(run(dir, [], log).status, 0);
  assert.equal(run(dir, ["--fail"], log).status, 2);
  const events = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => stageEvent.parse(JSON.parse(line)));
  assert.deepEqual(
    events.map(({ event }) => event),
    ["began", "ended", "began", "ended"],
  );
  const [began, ended, , failed] = events;
  assert.ok(began?.event === "began" && ended?.event === "ended" && failed?.event === "ended");
  assert.deepEqual([began.task, began.pid], ["+main+x", ended.pid]);
  const took = Date.parse(ended.time) - Date.parse(began.time);
  assert.ok(Date.parse(began.time) >= from - 5 && took >= 50, `${took} ms`);
  assert.ok(ended.cpu_seconds >= 0.05 && ended.peak_rss_bytes > 20e6);
  assert.deepEqual([ended.exit, ended.error], [0, undefined]);
  assert.deepEqual([failed.exit, failed.error], [2, "x: error: a dump is cut off"]);
});

test("without a log nothing is recorded, and a log that can't be written changes nothing else", (t) => {
  const dir = temporaryDirectory(t);
  assert.equal(run(dir, [], "").stderr, "");
  const { status, stderr } = run(dir, [], join(dir, "absent", "stages.jsonl"));
  assert.equal(status, 0);
  assert.match(stderr, /^warning: .*stages\.jsonl can't be written: ENOENT/);
});
