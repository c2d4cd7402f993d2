import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { takesColour } from "./colours.ts";
import { createLogger } from "./log.ts";
import { PROGRESS_DIRECTORY } from "./stage_log.ts";

const ESC = "\u001b";
/** What node:readline writes to move to the first column and to clear the line. */
const CLEARED = `${ESC}[1G${ESC}[2K`;

/** A logger for a stream of this kind, its output so far, and its clock. */
function logger(kind: { isTTY?: boolean; columns?: number }, env: NodeJS.ProcessEnv = {}) {
  const stream = Object.assign(new PassThrough(), kind);
  const clock = { seconds: 0 };
  const now = () => new Date(Date.parse("2026-11-21T08:00:00Z") + clock.seconds * 1000);
  const log = createLogger({ stream, env, now });
  // One call may return only a part of it.
  const written = () => {
    let text = "";
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk);
    return text;
  };
  return { log, clock, written };
}

test("on a terminal, progress is one line that fits the width and is cleared before any other output", () => {
  const { log, clock, written } = logger({ isTTY: true, columns: 20 });
  log.progress("releases: 42 % of 11.2 GB");
  assert.equal(written(), "releases: 42 % of 1");
  clock.seconds = 1;
  log.progress("ä€😀 releases: 43 % of it");
  assert.equal(written(), `${CLEARED}ä€😀 releases: 43`, "characters beyond ASCII may take two columns");
  log.info("done");
  assert.equal(written(), `${CLEARED}08:00:01 done\n`);
  log.clear();
  assert.equal(written(), "", "nothing to clear");
  clock.seconds = 2;
  log.progress("labels");
  log.clear();
  assert.equal(written(), `labels${CLEARED}`);
  log.progress("finishing");
  assert.equal(written(), "finishing", "at once, since the work before has ended");
});

test("elsewhere, with NO_COLOR or on a dumb terminal, progress is a line every 15 seconds", () => {
  for (const [kind, env] of [
    [{}, {}],
    [{ isTTY: true }, { NO_COLOR: "1" }],
    [{ isTTY: true }, { TERM: "dumb" }],
  ] as const) {
    const { log, clock, written } = logger(kind, env);
    for (clock.seconds = 0; clock.seconds < 40; clock.seconds++) log.progress(`second ${clock.seconds}`);
    assert.equal(written(), "08:00:15 second 15\n08:00:30 second 30\n");
    log.clear();
    assert.equal(written(), "");
  }
});

test("a warning is yellow where colour is supported", () => {
  for (const [kind, env, warning] of [
    [{}, {}, "warning:"],
    [{}, { FORCE_COLOR: "1" }, `${ESC}[33mwarning:${ESC}[39m`],
    [{ isTTY: true }, {}, `${ESC}[33mwarning:${ESC}[39m`],
  ] as const) {
    const { log, written } = logger(kind, env);
    log.warn("slow");
    assert.equal(written(), `08:00:00 ${warning} slow\n`);
  }
});

test("colour follows NO_COLOR, then FORCE_COLOR, then the terminal", () => {
  const terminal = { isTTY: true };
  for (const [stream, env, expected] of [
    [terminal, {}, true],
    [{}, {}, false],
    [terminal, { NO_COLOR: "1" }, false],
    [terminal, { NO_COLOR: "" }, true],
    [terminal, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
    [{}, { FORCE_COLOR: "1" }, true],
    [terminal, { FORCE_COLOR: "0" }, false],
    [terminal, { FORCE_COLOR: "false" }, false],
    [terminal, { TERM: "dumb" }, false],
  ] as const) {
    assert.equal(takesColour({ stream, env }), expected, JSON.stringify([stream, env]));
  }
});

test("a script of a workflow writes its progress to the workflow's directory while that exists", (t) => {
  const directory = temporaryDirectory(t);
  const { log, clock, written } = logger({}, { [PROGRESS_DIRECTORY]: directory });
  log.progress("1 %");
  log.progress("2 %, too soon after");
  const note = () => readFileSync(join(directory, String(process.pid)), "utf8");
  assert.equal(note(), "1 %");
  clock.seconds = 1;
  log.progress("3 %");
  assert.equal(note(), "3 %");
  log.clear();
  assert.throws(note, { code: "ENOENT" }, "its work has ended");
  log.progress("finishing");
  assert.equal(note(), "finishing");
  assert.equal(written(), "");
  logger({}, { [PROGRESS_DIRECTORY]: join(directory, "gone") }).log.progress("1 %");
});
