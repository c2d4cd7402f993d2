import assert from "node:assert/strict";
import { test } from "node:test";
import picocolors from "picocolors";
import type { NotOkCheck, StageEvent } from "../cli/stage_log.ts";
import { StageLines } from "./stage_lines.ts";

const time = (second: number) => new Date(Date.parse("2026-11-21T08:00:00Z") + second * 1000).toISOString();

const began = (second: number, pid: number, script: string): StageEvent => ({
  event: "began",
  time: time(second),
  pid,
  task: `+main+ingest^sub+${pid}`,
  script,
});

type Notes = Partial<Extract<StageEvent, { event: "ended" }>>;
const ended = (second: number, pid: number, notes: Notes = {}): StageEvent => ({
  event: "ended",
  time: time(second),
  pid,
  exit: 0,
  cpu_seconds: 1,
  peak_rss_bytes: 1e6,
  ...notes,
});

const orphans: NotOkCheck = { name: "x.orphans", severity: "WARN", value: "2", details: "ids without a row" };
const duplicates: NotOkCheck = {
  name: "x.duplicates",
  severity: "CRITICAL",
  value: "1",
  details: "ids twice",
};

function linesOf(...events: StageEvent[]): string[] {
  const lines = new StageLines(picocolors.createColors(false));
  return events.flatMap((event) => lines.of(event));
}

test("an ended stage is one line with its summary and duration", () => {
  const lines = linesOf(
    { event: "workflow began", time: time(0) },
    began(1, 1, "pipelines/ingest.ts"),
    began(2, 2, "scripts/stage_times.ts"),
    ended(3.25, 2, { summary: "" }),
    ended(75, 1, { summary: "labels, 500 rows" }),
    { event: "workflow ended", time: time(76), exit: 0 },
  );
  assert.deepEqual(lines, [
    "08:00:03 ok        1.3 s  stage_times",
    "08:01:15 ok       74.0 s  ingest: labels, 500 rows",
  ]);
});

test("a stage during which the clock was set back took no less than 0 s", () => {
  assert.deepEqual(linesOf(began(60, 1, "scripts/seal_run.ts"), ended(2, 1)), [
    "08:00:02 ok        0.0 s  seal_run",
  ]);
});

test("shows the number of checks, and each check that is not ok once across stages", () => {
  const lines = linesOf(
    began(0, 1, "tests/parquet_sanity.ts"),
    ended(1, 1, { summary: "labels", checks: { ok: 1, not_ok: [orphans] } }),
    began(1, 2, "tests/parquet_sanity.ts"),
    ended(2, 2, { checks: { ok: 120, not_ok: [orphans] } }),
    began(2, 3, "tests/parquet_sanity.ts"),
    ended(3, 3, { checks: { ok: 7, not_ok: [] } }),
    began(3, 4, "tests/parquet_sanity.ts"),
    ended(4, 4, { checks: { ok: 7, not_ok: [{ ...orphans, value: "3" }] } }),
  );
  assert.deepEqual(lines, [
    "08:00:01 ok        1.0 s  parquet_sanity: labels, 1 check ok, 1 not ok",
    "         warning  x.orphans = 2: ids without a row",
    "08:00:02 ok        1.0 s  parquet_sanity: 120 checks ok, 1 not ok (shown above)",
    "08:00:03 ok        1.0 s  parquet_sanity: 7 checks ok",
    "08:00:04 ok        1.0 s  parquet_sanity: 7 checks ok, 1 not ok",
    "         warning  x.orphans = 3: ids without a row",
  ]);
});

test("shows a finding once although checks of several names report it, and again when it failed or its number changed", () => {
  const counts = { what: "x: orphans of id", unit: "values" };
  const rows = { what: counts.what, unit: "rows" };
  const first = { ...orphans, counts };
  const again = { ...orphans, name: "x_v1.orphan_ids", counts };
  const other = { ...orphans, name: "x.empty_name", details: "without a name" };
  const lines = linesOf(
    began(0, 1, "tests/parquet_sanity.ts"),
    ended(1, 1, { checks: { ok: 1, not_ok: [first] } }),
    began(1, 2, "scripts/sanity_report.ts"),
    ended(2, 2, { checks: { ok: 1, not_ok: [again, other] } }),
    began(2, 3, "scripts/sanity_report.ts"),
    ended(3, 3, { checks: { ok: 1, not_ok: [{ ...again, value: "3" }] } }),
    began(3, 4, "scripts/sanity_report.ts"),
    ended(4, 4, { checks: { ok: 0, not_ok: [{ ...again, counts: rows, value: "7" }, other] } }),
    began(4, 5, "tests/parquet_sanity.ts"),
    ended(5, 5, { checks: { ok: 1, not_ok: [{ ...first, value: "3", severity: "CRITICAL" }] } }),
    began(5, 6, "scripts/sanity_report.ts"),
    ended(6, 6, { checks: { ok: 1, not_ok: [{ ...again, value: "3" }] } }),
  );
  assert.deepEqual(lines, [
    "08:00:01 ok        1.0 s  parquet_sanity: 1 check ok, 1 not ok",
    "         warning  x.orphans = 2: ids without a row",
    "08:00:02 ok        1.0 s  sanity_report: 1 check ok, 2 not ok (1 shown above)",
    "         warning  x.empty_name = 2: without a name",
    "08:00:03 ok        1.0 s  sanity_report: 1 check ok, 1 not ok",
    "         warning  x_v1.orphan_ids = 3: ids without a row",
    "08:00:04 ok        1.0 s  sanity_report: 0 checks ok, 2 not ok (shown above)",
    "08:00:05 ok        1.0 s  parquet_sanity: 1 check ok, 1 not ok",
    "         FAILED   x.orphans = 3: ids without a row",
    "08:00:06 ok        1.0 s  sanity_report: 1 check ok, 1 not ok (shown above)",
  ]);
});

test("shows a failed stage with its error and place, and a warning at once and only once", () => {
  const warned: StageEvent = { event: "warned", time: time(1), pid: 1, message: "Trino is slow" };
  const lines = linesOf(
    began(0, 1, "tests/parquet_sanity.ts"),
    warned,
    warned,
    ended(2, 1, {
      exit: 1,
      error: "tests/parquet_sanity.ts: error: no",
      checks: { ok: 0, not_ok: [duplicates] },
    }),
  );
  assert.deepEqual(lines, [
    "08:00:01 warning: Trino is slow",
    "08:00:02 FAILED    2.0 s  parquet_sanity: 0 checks ok, 1 not ok (ingest/1, exit 1)",
    "         tests/parquet_sanity.ts: error: no",
    "         FAILED   x.duplicates = 1: ids twice",
  ]);
});

test("an interrupted stage is not a failed one", () => {
  const lines = linesOf(
    began(0, 1, "scripts/x.ts"),
    ended(2, 1, { exit: 130, error: "scripts/x.ts: interrupted" }),
  );
  assert.deepEqual(lines, ["08:00:02 ended     2.0 s  x (ingest/1, interrupted)"]);
});

test("tracks running stages from start to end", () => {
  const lines = new StageLines(picocolors.createColors(true));
  for (const event of [began(0, 1, "a/first.ts"), began(1, 2, "a/second.ts")]) lines.of(event);
  assert.deepEqual(
    lines.running.map(({ label, pid }) => [label, pid]),
    [
      ["first", 1],
      ["second", 2],
    ],
  );
  assert.deepEqual(lines.of(ended(2, 1)), ["08:00:02 \u001b[32mok\u001b[39m        2.0 s  first"]);
  assert.deepEqual(lines.running.length, 1);
});
