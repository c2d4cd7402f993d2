import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { appendStageEvent, type StageEvent } from "../cli/stage_log.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { attemptTable, failedStages, readAttempts, stageLog } from "./stage_times.ts";

const START = Date.parse("2026-11-21T08:00:00.000Z");
const time = (second: number) => new Date(START + second * 1000).toISOString();

const began = (second: number, pid: number, task: string): StageEvent => ({
  event: "began",
  time: time(second),
  pid,
  task,
  script: `/project/scripts/${pid}.ts`,
});
const ended = (second: number, pid: number, exit = 0, error?: string): StageEvent => ({
  event: "ended",
  time: time(second),
  pid,
  exit,
  cpu_seconds: 1.25,
  peak_rss_bytes: 200e6,
  ...(error === undefined ? {} : { error }),
});

/** Stages in sequence, then two in parallel; then a resumed attempt. */
const FAILED: StageEvent[] = [
  { event: "workflow began", time: time(0) },
  began(1, 1, "+main+preflight^sub+preflight"),
  ended(2, 1),
  began(2, 2, "+main+datasets+releases+ingest^sub+releases"),
  began(2, 3, "+main+datasets+others+ingest^sub+labels"),
  ended(5, 3, 2, "pipelines/ingest.ts: error: cut off"),
  ended(8, 2),
  { event: "workflow ended", time: time(10), exit: 1 },
];

async function attemptsOf(dir: string, events: readonly StageEvent[]) {
  for (const event of events) appendStageEvent(stageLog({ dir }), event);
  return readAttempts({ dir });
}

test("the table has each stage with its start, seconds, share and bar, and the overlap", async (t) => {
  const [attempt] = await attemptsOf(temporaryDirectory(t), FAILED);
  assert.ok(attempt !== undefined);
  assert.deepEqual(attemptTable(attempt, undefined), [
    "start  seconds  share  CPU s   MB                                              stage",
    "  1.0      1.0   10 %    1.3  200  |    ####                                |  preflight",
    "  2.0      6.0   60 %    1.3  200  |        ########################        |  datasets/releases/ingest/releases",
    "  2.0      3.0   30 %    1.3  200  |        ############                    |  datasets/others/ingest/labels (exit 2)",
    "10.0 s in all: 3.0 s (30 %) with several stages at once, 4.0 s (40 %) with one, " +
      "3.0 s (30 %) between stages, the start of Digdag among them",
  ]);
  assert.deepEqual(failedStages(attempt), [
    {
      step: "datasets/others/ingest/labels",
      error: "pipelines/ingest.ts: error: cut off",
      message: "pipelines/ingest.ts: error: cut off",
    },
  ]);
});

test("every run of the workflow is an attempt, and killed ones are marked", async (t) => {
  const killed: StageEvent[] = [
    { event: "workflow began", time: time(60) },
    began(61, 1, "+main+datasets+others+ingest^sub+labels"),
    began(63, 4, "+main+seal"),
  ];
  const attempts = await attemptsOf(temporaryDirectory(t), [...FAILED, ...killed]);
  assert.deepEqual(
    attempts.map(({ stages, ended: end }) => [stages.length, end?.exit]),
    [
      [3, 1],
      [2, undefined],
    ],
  );
  const [, second] = attempts;
  assert.ok(second !== undefined);
  const table = attemptTable(second, undefined);
  assert.match(
    table[1] ?? "",
    /^ {2}1\.0 {6}2\.0 {3}67 % .* datasets\/others\/ingest\/labels \(did not end\)$/,
  );
  assert.match(table.at(-1) ?? "", /^3\.0 s in all/);
  assert.deepEqual(
    failedStages(second).map(({ step, error, message }) => [step, error, message]),
    [
      ["datasets/others/ingest/labels", undefined, "/project/scripts/1.ts (did not end)"],
      ["seal", undefined, "/project/scripts/4.ts (did not end)"],
    ],
  );
  const running = attemptTable(second, START + 70_000);
  assert.match(running[2] ?? "", /^ {2}3\.0 {6}7\.0 {3}70 % .* seal \(running\)$/);
});

test("shows a script that outlived its killed workflow in the attempt that logged it", async (t) => {
  const orphans: StageEvent[] = [
    { event: "workflow began", time: time(10) },
    began(7, 1, "+main+seal"),
    ended(9, 1),
    { event: "workflow ended", time: time(20), exit: 137 },
    began(25, 2, "+main+promote"),
  ];
  const [attempt] = await attemptsOf(temporaryDirectory(t), orphans);
  assert.ok(attempt !== undefined);
  const [, seal, promote] = attemptTable(attempt, undefined);
  assert.match(seal ?? "", /^ {2}0\.0 {6}0\.0 {4}0 % .*\|# {39}\| {2}seal$/);
  assert.match(promote ?? "", /^ 15\.0 {6}0\.0 {4}0 % .*\| {39}#\| {2}promote \(did not end\)$/);
});

test("an absent log has no attempts, and an incomplete line is skipped", async (t) => {
  const dir = temporaryDirectory(t);
  assert.deepEqual(await readAttempts({ dir }), []);
  writeFileSync(stageLog({ dir }), '{"event":"workfl\n');
  const [attempt, ...others] = await attemptsOf(dir, FAILED);
  assert.equal(attempt?.stages.length, 3);
  assert.deepEqual(others, []);
});

test("no time is negative although the clock was set back during a stage", async (t) => {
  const [attempt] = await attemptsOf(temporaryDirectory(t), [
    { event: "workflow began", time: time(100) },
    began(101, 1, "+main+preflight^sub+preflight"),
    ended(110, 1),
    began(110, 2, "+main+seal"),
    ended(52, 2),
    began(52, 3, "+main+promote"),
    { event: "workflow ended", time: time(53), exit: 0 },
  ]);
  assert.ok(attempt !== undefined);
  assert.equal(attempt.ended?.time, START + 100_000);
  assert.deepEqual(
    attempt.stages.map(({ began: from, end }) => (end === undefined ? undefined : end.time - from)),
    [9000, 0, undefined],
  );
  assert.doesNotMatch(attemptTable(attempt, undefined).join("\n"), /-\d/);
});
