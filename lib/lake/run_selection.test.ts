import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { main as rollback } from "../../scripts/rollback.ts";
import { main as verifyRun } from "../../scripts/verify_run.ts";
import { ExpectedError } from "../cli/errors.ts";
import { runMain } from "../testing/run_main.ts";
import { findRun, newRunId, selectRun } from "./run_selection.ts";
import { scratchDirectory } from "./testing/scratch.ts";

const SESSION = "2026-01-20T19:49:23+00:00";
const RUN = "2025-12__20260120_194923";

function lakeWith(...names: string[]) {
  const lake = scratchDirectory();
  for (const name of names) mkdirSync(join(lake, "_runs", name), { recursive: true });
  return lake;
}

test("a session finds its building run and its sealed run", async () => {
  const building = lakeWith(`_building.${RUN}`, "2025-12__20260120_194924");
  const dir = join(building, "_runs", `_building.${RUN}`);
  const found = { lake: building, runId: RUN, state: "building", dir };
  assert.deepEqual(await selectRun({ lake: building, "session-time": SESSION }), found);
  const sealed = lakeWith(RUN);
  assert.equal((await selectRun({ lake: sealed, "session-time": SESSION })).state, "sealed");
});

test("compares the session's time in UTC", async () => {
  const lake = lakeWith(RUN);
  const run = await selectRun({ lake, "session-time": "2026-01-20T21:49:23+02:00" });
  assert.equal(run.runId, RUN);
});

test("two months of one session require the dump month or the run id", async () => {
  const lake = lakeWith(RUN, "_building.2026-01__20260120_194923");
  await assert.rejects(selectRun({ lake, "session-time": SESSION }), /several runs.*--run-id/);
  const byMonth = await selectRun({ lake, "session-time": SESSION, "dump-month": "2026-01" });
  assert.equal(byMonth.runId, "2026-01__20260120_194923");
  assert.equal((await selectRun({ lake, "run-id": RUN, "session-time": SESSION })).runId, RUN);
});

test("without a run of the session, returns undefined or an error that says what was searched", async () => {
  const lake = lakeWith("20260120_194923", "_building.junk");
  const selection = { lake, "session-time": SESSION, "dump-month": "2025-12" };
  assert.equal(await findRun(selection), undefined);
  await assert.rejects(selectRun(selection), /no run of session 2026-01-20T19.* month 2025-12/);
  await assert.rejects(selectRun({ lake, "run-id": RUN }), new RegExp(`no run ${RUN}`));
  assert.equal(await findRun({ lake: join(lake, "nowhere"), "session-time": SESSION }), undefined);
});

test("a run that is both sealed and being built is an error", async () => {
  const lake = lakeWith(RUN, `_building.${RUN}`);
  await assert.rejects(selectRun({ lake, "run-id": RUN }), /discard/);
});

test("unusable values are expected errors", async () => {
  const lake = lakeWith();
  for (const selection of [
    { lake },
    { lake, "run-id": "../x" },
    { lake, "session-time": "yesterday" },
    { lake, "session-time": "2026-01-20T19:49:23" },
    { lake, "session-time": SESSION, "dump-month": "2025-13" },
  ]) {
    await assert.rejects(selectRun(selection), ExpectedError);
  }
});

test("a month or session that is none is refused, also beside a run id", async () => {
  const [runId, nowhere] = ["2026-01__20260120_194923", "/nowhere"];
  for (const [main, option, form] of [
    [verifyRun, "--dump-month=2026-13", "YYYY-MM"],
    [verifyRun, "--session-time=today", "a time like 2026-01-20T19:49:23+00:00"],
    [rollback, "--session-time=today", "a time like 2026-01-20T19:49:23+00:00"],
  ] as const) {
    const chosen = main === verifyRun ? ["--run-id", runId] : [];
    const { code, stderr } = await runMain(main, ["--lake", nowhere, ...chosen, option]);
    assert.equal(code, 2);
    const [name, value] = option.split("=");
    assert.ok(stderr.endsWith(`: error: ${name} is "${value}", but must be ${form}\n`), stderr);
  }
});

test("names a new run after month and session, or as given", () => {
  assert.equal(newRunId({ lake: "/lake", "session-time": SESSION, "dump-month": "2025-12" }), RUN);
  assert.equal(newRunId({ lake: "/lake", "run-id": RUN }), RUN);
  assert.throws(() => newRunId({ lake: "/lake", "session-time": SESSION }), /--dump-month is missing/);
});
