import assert from "node:assert/strict";
import { test } from "node:test";
import { main as computeKpis } from "../../scripts/compute_kpis.ts";
import { main as computeKpisV3 } from "../../scripts/compute_kpis_v3.ts";
import { main } from "../../scripts/diff_runs.ts";
import { main as reconcile } from "../../scripts/reconcile_register.ts";
import { main as registerRun } from "../../scripts/register_run_schema.ts";
import { makeOriginalRun, makeSealedRun, makeUntestedRun } from "../lake/testing/fixture_runs.ts";
import { consistentTables } from "../lake/testing/fixture_tables.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import type { Difference, RunDiff } from "./run_diff.ts";

const OLD = "2020-01__20200201_000000";
const JUNE = "2026-06__20260701_020304";
const JULY = "2026-07__20260801_020304";

async function makeMonths(lake: string): Promise<void> {
  await makeSealedRun(lake, JUNE, {
    tables: { ...consistentTables, release_series_v1: [] },
    counts: { labels_v10: { no_name: 4, null_label_id: 0, fresh: 0 } },
  });
  const label = (label_id: number) => ({ label_id, name: label_id === 7 ? null : "Svek" });
  await makeSealedRun(lake, JULY, {
    tables: {
      labels_v10: [5, 6, 7, 8].map(label),
      release_tracks_v1: [{ release_id: 100, track_no: 1, kind: "track", title: "A" }],
    },
    counts: { labels_v10: { no_name: 5, null_label_id: 0, fresh: 2, other: 1 } },
  });
}

async function jsonDiff(lake: string, from: string, to: string): Promise<RunDiff> {
  const { code, stdout, stderr } = await runMain(main, [from, to, "--lake", lake, "--json"]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const named = (differences: readonly Difference[], name: string) =>
  differences.find((each) => each.name === name);
const figure = (name: string, from: number, to: number, percent: number | null) => ({
  name,
  from,
  to,
  from_absent: null,
  to_absent: null,
  difference: to - from,
  percent,
});

test("compares rows, anomalies and fill rates, and shows what one run does not have", async (t) => {
  const lake = temporaryLake(t);
  await makeMonths(lake);
  const diff = await jsonDiff(lake, JUNE, JULY);
  assert.deepEqual(diff.to, { run_id: JULY, state: "sealed" });
  assert.deepEqual(named(diff.rows, "labels_v10"), figure("labels_v10", 1, 4, 300));
  assert.deepEqual(named(diff.rows, "releases_v6"), figure("releases_v6", 2, 2, 0));
  const tracks = { name: "release_tracks_v1", from: null, to: 1, from_absent: "not made", to_absent: null };
  assert.deepEqual(named(diff.rows, "release_tracks_v1"), { ...tracks, difference: null, percent: null });
  assert.deepEqual(named(diff.anomalies, "labels_v10.no_name"), figure("labels_v10.no_name", 4, 5, 25));
  assert.equal(named(diff.anomalies, "labels_v10.other")?.from_absent, "not recorded");
  assert.deepEqual(named(diff.filled, "labels_v10.name"), figure("labels_v10.name", 100, 75, -25));
  assert.equal(named(diff.filled, "release_tracks_v1.title")?.from_absent, "not made");
  assert.equal(named(diff.filled, "release_series_v1.name"), undefined, "it has no rows");
  assert.equal(named(diff.kpis, "n_releases_distinct")?.from_absent, "not computed");

  const { stdout } = await runMain(main, [JUNE, JULY, "--lake", lake]);
  assert.match(stdout, new RegExp(`^from ${JUNE} \\(sealed\\) to ${JULY} \\(sealed\\)\n`));
  assert.match(stdout, /^labels_v10 +1 +4 +\+3 +\+300\.00 %$/m);
  assert.match(stdout, /^release_tracks_v1 +not made +1$/m);
  assert.match(stdout, /^labels_v10\.fresh +0 +2 +\+2$/m);
  assert.match(stdout, /^labels_v10\.name +100\.00 +75\.00 +-25\.00 +-25\.00 %$/m);
  assert.doesNotMatch(stdout, /^releases_v6\.title/m);
  assert.match(stdout, /^\(and \d+ with the same rate; use --all to show them\)$/m);
  assert.match((await runMain(main, [JUNE, JULY, "--lake", lake, "--all"])).stdout, /^releases_v6\.title/m);
});

test("compares KPIs, including those that a run can't have", async (t) => {
  const lake = temporaryLake(t);
  await makeMonths(lake);
  const env = { DISCOGS_DATA_LAKE: lake };
  for (const runId of [JUNE, JULY])
    assert.equal((await runMain(registerRun, ["--run-id", runId], env)).code, 0);
  for (const step of [reconcile, computeKpis, computeKpisV3])
    assert.equal((await runMain(step, [], env)).code, 0);
  const { kpis } = await jsonDiff(lake, JUNE, JULY);
  assert.deepEqual(named(kpis, "rows_labels_ref_v10"), figure("rows_labels_ref_v10", 1, 4, 300));
  const tracks = named(kpis, "rows_release_tracks_v1");
  assert.deepEqual([tracks?.from_absent, tracks?.to], ["not made", 1]);
  assert.equal(named(kpis, "rows_release_credits_v1")?.to_absent, "not made");
});

test("a run of the Python original has only rows", async (t) => {
  const lake = temporaryLake(t);
  await makeOriginalRun(lake, OLD, { without: ["warehouse_discogs/release_artists_v1"] });
  await makeMonths(lake);
  const diff = await jsonDiff(lake, OLD, JULY);
  assert.deepEqual(diff.from, { run_id: OLD, state: "original" });
  const artists = consistentTables.artists_v1_typed?.length ?? 0;
  assert.deepEqual(named(diff.rows, "artists_v1_typed"), figure("artists_v1_typed", artists, artists, 0));
  assert.equal(named(diff.rows, "release_artists_v1")?.from_absent, "not made");
  assert.equal(named(diff.filled, "labels_v10.name")?.from_absent, "not recorded");
  assert.equal(named(diff.anomalies, "labels_v10.no_name")?.from_absent, "not recorded");
});

test("refuses a mistyped run id with a suggestion", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, JUNE);
  await makeSealedRun(lake, JULY);
  await makeUntestedRun(lake, "2026-08__20260901_020304");
  for (const [given, message] of [
    [
      "2026-07_20260801_020304",
      `there is no run "2026-07_20260801_020304" in ${lake}; did you mean ${JULY}?`,
    ],
    ["2026-06__20260701_020305", `did you mean ${JUNE}?`],
    ["2026-06", `did you mean ${JUNE}?`],
    ["yesterday", `it has ${JUNE}, ${JULY}`],
    ["2026-08__20260901_020304", "run 2026-08__20260901_020304 is not sealed"],
  ] as const) {
    const { code, stderr } = await runMain(main, [given, JULY, "--lake", lake]);
    assert.equal(code, 2);
    assert.ok(stderr.includes(message), stderr);
  }
});
