import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { appendStageEvent, type StageEvent } from "../cli/stage_log.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { StageEvents } from "./stage_events.ts";

const event: StageEvent = { event: "workflow began", time: "2026-11-21T08:00:00.000Z" };
const warned: StageEvent = { event: "warned", time: event.time, pid: 7, message: "é".repeat(100_000) };

test("reads appended events once, and none from before", (t) => {
  const file = join(temporaryDirectory(t), "stages.jsonl");
  const none = new StageEvents(file);
  assert.deepEqual(none.read(), []);
  appendStageEvent(file, event);
  const events = new StageEvents(file);
  assert.deepEqual(events.read(), []);
  appendStageEvent(file, warned);
  appendStageEvent(file, event);
  assert.deepEqual(events.read(), [warned, event]);
  assert.deepEqual(events.read(), []);
  assert.equal(none.read().length, 3, "reads a file created later from its start");
});

test("waits for the rest of an incomplete line, even within a character", (t) => {
  const file = join(temporaryDirectory(t), "stages.jsonl");
  const events = new StageEvents(file);
  const line = Buffer.from(`${JSON.stringify({ ...warned, message: "é" })}\n`);
  const middle = line.indexOf(0xc3) + 1;
  appendFileSync(file, line.subarray(0, middle));
  assert.deepEqual(events.read(), []);
  appendFileSync(file, line.subarray(middle));
  assert.deepEqual(events.read(), [{ ...warned, message: "é" }]);
});
