import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { STAGE_LOG, stageEvent } from "./stage_log.ts";

const COMMAND = new URL("command.ts", import.meta.url).href;
const ERRORS = new URL("errors.ts", import.meta.url).href;

/** A script that works for 50 ms, prints lines, and fails on request. */
const script = `
import { defineCommand, runAsEntrypoint } from "${COMMAND}";
import { ExpectedError } from "${ERRORS}";
const options = {
  fail: { type: "flag", summary: "" },
  lines: { type: "integer", default: 0, summary: "" },
  did: { type: "string", summary: "" },
};
const main = defineCommand({ name: "x", summary: "", options, async run({ options, print, summarize }) {
  for (const end = Date.now() + 50; Date.now() < end; );
  if (options.did) summarize(options.did);
  for (let line = 1; line <= options.lines; line++) print("line " + line);
  if (options.fail) throw new ExpectedError("a dump is cut off");
  return 0;
}});
await runAsEntrypoint(import.meta.url, main);
`;

function run(dir: string, args: string[], log: string, stdout: "pipe" | number = "pipe") {
  writeFileSync(join(dir, "x.mts"), script);
  const env = { ...process.env, [STAGE_LOG]: log, task_name: "+main+x" };
  return spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "x.mts", ...args], {
    cwd: dir,
    env,
    stdio: ["ignore", stdout, "pipe"],
    encoding: "utf8",
  });
}

function eventsOf(log: string) {
  const lines = readFileSync(log, "utf8").trim().split("\n");
  return lines.map((line) => stageEvent.parse(JSON.parse(line)));
}

/** The event of the last script's end. */
function lastEnd(log: string) {
  const ended = eventsOf(log).at(-1);
  assert.ok(ended?.event === "ended");
  return ended;
}

test("a script of a workflow logs when it ran, what it used, and why it failed", (t) => {
  const dir = temporaryDirectory(t);
  const log = join(dir, "stages.jsonl");
  const from = Date.now();
  assert.equal(run(dir, [], log).status, 0);
  assert.equal(run(dir, ["--fail"], log).status, 2);
  const events = eventsOf(log);
  assert.deepEqual(
    events.map(({ event }) => event),
    ["began", "ended", "began", "ended"],
  );
  const [began, ended, , failed] = events;
  assert.ok(began?.event === "began" && ended?.event === "ended" && failed?.event === "ended");
  assert.deepEqual([began.task, began.script, began.pid], ["+main+x", "x.mts", ended.pid]);
  const took = Date.parse(ended.time) - Date.parse(began.time);
  assert.ok(Date.parse(began.time) >= from - 5 && took >= 50, `${took} ms`);
  assert.ok(ended.cpu_seconds >= 0.05 && ended.peak_rss_bytes > 20e6);
  assert.deepEqual([ended.exit, ended.error], [0, undefined]);
  assert.deepEqual([failed.exit, failed.error], [2, "x: error: a dump is cut off"]);
});

test("a script's summary is what it says, or the only line that it prints", (t) => {
  const dir = temporaryDirectory(t);
  const log = join(dir, "stages.jsonl");
  for (const [args, summary] of [
    [["--lines=1"], "line 1"],
    [["--lines=2"], ""],
    [["--lines=1", "--did=much"], "much"],
    [[], undefined],
  ] as const) {
    run(dir, [...args], log);
    assert.equal(lastEnd(log).summary, summary, args.join(" "));
  }
});

test("a script whose output is lost has not ended well", { skip: process.platform !== "linux" }, (t) => {
  const dir = temporaryDirectory(t);
  const log = join(dir, "stages.jsonl");
  assert.equal(run(dir, ["--lines=1"], log, openSync("/dev/full", "w")).status, 2);
  assert.equal(lastEnd(log).exit, 2);
});

test("without a log nothing is recorded, and a log that can't be written changes nothing else", (t) => {
  const dir = temporaryDirectory(t);
  assert.equal(run(dir, [], "").stderr, "");
  const { status, stderr } = run(dir, [], join(dir, "absent", "stages.jsonl"));
  assert.equal(status, 0);
  assert.match(stderr, /^warning: .*stages\.jsonl can't be written: ENOENT/);
});
