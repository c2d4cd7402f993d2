import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { main } from "../../scripts/compare_runs.ts";
import { runsAndActive } from "../../tests/history/history_lake.ts";
import { silentLogger } from "../cli/log.ts";
import { lakePaths, sealedDir } from "../files/paths.ts";
import { COMPARISON_VERSION, comparisonEvents, historyName } from "../history/event_tables.ts";
import { appendEvents, inHistory } from "../history/history_schema.ts";
import { openEngineWithHistory } from "../history/open_history.ts";
import { makeOriginalRun, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { consistentTables, type FixtureRow, type FixtureTables } from "../lake/testing/fixture_tables.ts";
import { switchActive } from "../promotion/active.ts";
import { switchWithRecord } from "../promotion/promotions.ts";
import { rowObjects, type SqlValue } from "../sql/engine.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { comparePairs } from "./compare_runs.ts";

const ONE = "2026-01__20260201_000000";
const TWO = "2026-02__20260301_000000";
const THREE = "2026-03__20260401_000000";

const compare = (lake: string, ...args: string[]) =>
  runMain(main, ["--lake", lake, "--threads", "1", ...args]);

async function compareWell(lake: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await compare(lake, ...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Rows of a table or view of the history, without times. */
async function rowsOf(lake: string, name: string): Promise<Record<string, SqlValue>[]> {
  const engine = await openEngineWithHistory(lake, { threads: 1 }, { env: {} });
  try {
    const rows = rowObjects(await engine.query(`SELECT * FROM ${historyName(name)} ORDER BY ALL`));
    return rows.map(({ event_ts_utc: _, ...row }) => row);
  } finally {
    await engine.close();
  }
}

async function changesIn(lake: string): Promise<SqlValue[][]> {
  const rows = await rowsOf(lake, "record_changes_latest");
  return rows.map(({ entity, id, change, changed_columns }) =>
    [entity, id, change, changed_columns].map((value) => value ?? null),
  );
}

/** `added, removed, changed` of each value that has any, by `dataset.column` below its entity. */
async function countsIn(lake: string): Promise<Record<string, string>> {
  const rows = (await rowsOf(lake, "change_counts_latest")).map((row) => [
    [row.entity, row.dataset, row.column_name].filter((name) => name !== null).join("."),
    `${row.added} ${row.removed} ${row.changed}`,
  ]);
  return Object.fromEntries(rows.filter(([, counts]) => counts !== "0 0 0"));
}

/** A lake with two promoted months with these tables. */
async function twoMonths(t: TestContext, one: FixtureTables, two: FixtureTables): Promise<string> {
  const lake = temporaryLake(t);
  for (const [runId, tables] of [
    [ONE, one],
    [TWO, two],
  ] as const) {
    await makeSealedRun(lake, runId, { tables });
    await switchWithRecord(lake, { action: "promote", runId });
  }
  return lake;
}

const track = (release_id: number, track_no: number, title: string | null): FixtureRow => ({
  release_id,
  track_no,
  kind: "track",
  title,
});
const credit = (release_id: number, credit_no: number, artist_id: number): FixtureRow => ({
  release_id,
  is_extra: true,
  credit_no,
  artist_id,
  name: "Somebody",
  role_list: ["Producer"],
});
const releases = consistentTables.releases_v6 ?? [];

test("finds exactly the added, removed and changed records, with their differences", async (t) => {
  const lake = await twoMonths(
    t,
    {
      releases_v6: [
        { release_id: 100, title: "Same", notes: null, style_list: ["Techno"] },
        { release_id: 101, title: "Old", country: "Sweden", style_list: ["Techno"] },
        { release_id: 102, title: "Gone" },
        { release_id: 104, title: "Tracks" },
      ],
      release_tracks_v1: [
        track(100, 1, null),
        track(102, 1, "Gone"),
        track(104, 1, "One"),
        track(104, 2, "Two"),
      ],
      release_credits_v1: [credit(100, 1, 2)],
      labels_v10: [
        { label_id: 5, name: "Svek" },
        { label_id: 6, name: "Twice" },
        { label_id: 6, name: "Twice B" },
        { label_id: 7, name: "Twice too" },
        { label_id: 7, name: "Twice too B" },
      ],
    },
    {
      releases_v6: [
        { release_id: 104, title: "Tracks" },
        { release_id: 103, title: "New" },
        { release_id: 101, title: "New title", released: "1999", style_list: ["Techno", "House"] },
        { release_id: 100, title: "Same", notes: null, style_list: ["Techno"] },
      ],
      release_tracks_v1: [
        track(104, 1, "Two"),
        track(104, 2, "One"),
        track(103, 1, "New"),
        track(101, 1, "First"),
        track(100, 1, null),
      ],
      release_credits_v1: [],
      labels_v10: [
        { label_id: 5, name: "Svek" },
        { label_id: 6, name: "Twice B" },
        { label_id: 6, name: "Twice" },
        { label_id: 7, name: "Twice too" },
      ],
    },
  );
  const before = await runsAndActive(lake);
  assert.match(await compareWell(lake), /^releases +1 +1 +3 +0$/m);
  assert.deepEqual(await changesIn(lake), [
    ["label", 7n, "changed", ["labels_v10.name"]],
    ["release", 100n, "changed", ["release_credits_v1"]],
    [
      "release",
      101n,
      "changed",
      [
        "releases_v6.title",
        "releases_v6.country",
        "releases_v6.released",
        "releases_v6.style_list",
        "release_tracks_v1",
      ],
    ],
    ["release", 102n, "removed", null],
    ["release", 103n, "added", null],
    ["release", 104n, "changed", ["release_tracks_v1"]],
  ]);
  assert.deepEqual(await countsIn(lake), {
    label: "0 0 1",
    "label.labels_v10": "0 0 1",
    "label.labels_v10.name": "0 0 1",
    release: "1 1 3",
    "release.releases_v6": "1 1 1",
    "release.releases_v6.title": "1 1 1",
    "release.releases_v6.country": "0 1 0",
    "release.releases_v6.released": "1 0 0",
    "release.releases_v6.style_list": "0 0 1",
    "release.release_tracks_v1": "2 1 1",
    "release.release_credits_v1": "0 1 0",
  });
  assert.deepEqual(await runsAndActive(lake), before);
  assert.match(await compareWell(lake), /was already compared with run /);
  assert.equal((await rowsOf(lake, "comparison_events")).length, 1);
});

test("a changed membership is a change of the artist whose record it comes from, according to the relations", async (t) => {
  const artists = [1, 2, 3].map((artist_id) => ({ artist_id, name: `Artist ${artist_id}` }));
  const member = (group_id: number, member_id: number) => ({ group_id, member_id });
  const relation = (artist_id: number, related_id: number): FixtureRow => ({
    artist_id,
    kind: "member",
    relation_no: 1,
    related_id,
    name: `Artist ${related_id}`,
  });
  const one = { artists_v1_typed: artists, artist_memberships_v1_typed: [], artist_relations_v1: [] };
  const memberships = [member(1, 2), member(1, 17)];
  const two = { ...one, artist_memberships_v1_typed: memberships, artist_relations_v1: [relation(1, 2)] };
  const lake = await twoMonths(t, one, two);
  await compareWell(lake);
  const both = ["artist_memberships_v1_typed", "artist_relations_v1"];
  assert.deepEqual(await changesIn(lake), [["artist", 1n, "changed", both]]);

  const historical = ({ artist_relations_v1: _, ...tables }: FixtureTables) => tables;
  const without = await twoMonths(t, historical(one), historical(two));
  await compareWell(without);
  assert.deepEqual(
    await changesIn(without),
    [1n, 2n].map((id) => ["artist", id, "changed", ["artist_memberships_v1_typed"]]),
    "without the relations it belongs to both artists; 17 is not a record",
  );
});

test("an id has moved when at least three references to it became references to another id", async (t) => {
  const artists = (...ids: number[]) => ids.map((artist_id) => ({ artist_id, name: `Artist ${artist_id}` }));
  const ref = (artist_id: number) => ({ artist_id, name: "x", anv: null, join_text: null });
  const master = (master_id: number, ...ids: number[]): FixtureRow => ({
    master_id,
    artist_refs: ids.map(ref),
  });
  const credits = (...ids: number[]) => ids.map((id, index) => credit(100, index + 1, id));
  // The release's artist_refs repeat its credits: these references count once.
  const [release = {}] = releases;
  const repeated = (id: number) => [{ ...release, artist_refs: [ref(id), ref(id), ref(id)] }];
  const lake = await twoMonths(
    t,
    {
      artists_v1_typed: artists(1, 2, 3, 4, 5),
      masters_v1_typed: [master(10, 1, 2), master(11, 3, 1), master(12, 4)],
      release_credits_v1: credits(1, 2, 3, 3, 4, 5, 5),
      releases_v6: repeated(4),
    },
    {
      artists_v1_typed: artists(2, 3, 9),
      masters_v1_typed: [master(10, 9, 2), master(11, 3, 9), master(12, 9)],
      release_credits_v1: credits(9, 2, 9, 9, 9, 2, 2),
      releases_v6: repeated(9),
    },
  );
  await compareWell(lake);
  const pair = { from_run: ONE, to_run: TWO };
  assert.deepEqual(await rowsOf(lake, "id_moves_latest"), [
    { ...pair, entity: "artist", from_id: 1n, to_id: 9n, n_references: 3n },
  ]);
});

test("compares only what both runs have, and names what one of them lacks", async (t) => {
  const lake = temporaryLake(t);
  await makeOriginalRun(lake, ONE);
  await makeSealedRun(lake, TWO, { tables: { release_tracks_v1: [track(100, 1, "One")] } });
  await switchActive(lake, TWO);
  const out = await compareWell(lake, "--from-run", ONE);
  const [{ details = null } = {}] = await rowsOf(lake, "comparison_latest");
  assert.match(
    String(details),
    /^not compared: only 2026-02\S+ has .*releases_v6\.artist_refs.*release_tracks_v1/,
  );
  assert.ok(out.includes(String(details)));
  assert.deepEqual(await changesIn(lake), []);
  const counted = (await rowsOf(lake, "change_counts_latest")).map(
    ({ dataset, column_name }) => `${dataset}.${column_name}`,
  );
  assert.ok(counted.includes("releases_v6.title") && !counted.includes("releases_v6.notes"));
});

/** A failure that can't be recorded either is still reported. */
async function assertReasonSurvives(lake: string, reason: RegExp): Promise<void> {
  const engine = await openEngineWithHistory(lake, { threads: 1 }, { env: {} });
  engine.appendRows = () => Promise.reject(new Error("the disk is full"));
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  const [from, to] = [ONE, TWO].map((runId) => ({ runId, dir: sealedDir(lake, runId) }));
  assert.ok(from !== undefined && to !== undefined);
  try {
    await assert.rejects(comparePairs({ lake, engine, log }, [{ from, to }], { threads: 1 }), /disk is full/);
  } finally {
    await engine.close();
  }
  assert.match(warnings.join("; "), reason);
}

test("compares every promoted month with the previous one, and retries a failed comparison", async (t) => {
  const lake = await twoMonths(t, {}, { labels_v10: [{ label_id: 5, name: "SVEK" }] });
  await makeSealedRun(lake, THREE);
  const part = join(sealedDir(lake, TWO), "labels_v10", "part-00000.parquet");
  const bytes = readFileSync(part);
  chmodSync(part, 0o644);
  truncateSync(part, 20);
  const { code, stderr } = await compare(lake, "--missing");
  assert.equal(code, 0, stderr);
  assert.match(stderr, /run 2026-02\S+ could not be compared with run 2026-01.*part-00000\.parquet/);
  const failed = await compare(lake);
  assert.equal(failed.code, 1);
  const events = await rowsOf(lake, "comparison_events");
  assert.deepEqual(
    events.map(({ status }) => status),
    ["failed", "failed"],
  );
  assert.match(String(events[0]?.details), /part-00000\.parquet/);
  assert.deepEqual(await rowsOf(lake, "comparison_latest"), []);
  await assertReasonSurvives(lake, /part-00000\.parquet/);

  writeFileSync(part, bytes);
  await switchWithRecord(lake, { action: "promote", runId: THREE });
  await compareWell(lake, "--missing");
  const pairs = (await rowsOf(lake, "comparison_latest")).map(({ from_run, to_run }) => [from_run, to_run]);
  assert.deepEqual(pairs, [
    [ONE, TWO],
    [TWO, THREE],
  ]);
  const labels = (await rowsOf(lake, "record_changes_latest")).map(({ to_run, id }) => [to_run, id]);
  assert.deepEqual(labels, [
    [TWO, 5n],
    [THREE, 5n],
  ]);
});

test("a pair that an older version compared is compared again", async (t) => {
  const lake = await twoMonths(t, {}, {});
  const engine = await openEngineWithHistory(lake, { threads: 1 }, { env: {} });
  const event = { from_run: ONE, to_run: TWO, status: "ok", details: null };
  await inHistory({ lake, engine, log: silentLogger }, "comparing as before", () =>
    appendEvents(engine, { ...comparisonEvents, schemaVersion: COMPARISON_VERSION - 1n }, [[event]]),
  );
  await engine.close();
  assert.match(await compareWell(lake), /^run 2026-02\S+ compared with run 2026-01/);
  assert.match(await compareWell(lake), /^run 2026-02\S+ was already compared with run 2026-01/);
});

test("of a month with several promoted runs, the one that was active last is compared", async (t) => {
  const lake = await twoMonths(t, {}, {});
  const again = `${TWO.slice(0, -1)}1`;
  await makeSealedRun(lake, again);
  await makeSealedRun(lake, THREE);
  await switchWithRecord(lake, { action: "promote", runId: again });
  await switchWithRecord(lake, { action: "rollback", runId: TWO });
  await switchWithRecord(lake, { action: "promote", runId: THREE });
  await compareWell(lake, "--missing");
  const pairs = (await rowsOf(lake, "comparison_latest")).map(({ from_run, to_run }) => [from_run, to_run]);
  assert.deepEqual(pairs, [
    [ONE, TWO],
    [TWO, THREE],
  ]);
});

test("leftovers of a comparison killed before its event are not read", async (t) => {
  const lake = await twoMonths(t, {}, { labels_v10: [{ label_id: 5, name: "SVEK" }] });
  await compareWell(lake);
  const { changes } = lakePaths(lake);
  // As when the process ends between the files and the event.
  for (const name of readdirSync(join(changes, "comparison_events"))) {
    rmSync(join(changes, "comparison_events", name));
  }
  assert.deepEqual(await changesIn(lake), [], "no event, no batch");
  await compareWell(lake);
  assert.equal((await changesIn(lake)).length, 1);
  assert.equal((await rowsOf(lake, "record_changes")).length, 1);
  const hidden = readdirSync(join(changes, "record_changes")).filter((name) =>
    name.startsWith("_incomplete."),
  );
  assert.equal(hidden.length, 1);
});

test("refuses a pair that can't be compared in one line", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, ONE);
  await switchWithRecord(lake, { action: "promote", runId: ONE });
  const refused = async (message: RegExp, exitCode: number, ...args: string[]) => {
    const { code, stderr } = await compare(lake, ...args);
    assert.match(stderr.trimEnd(), message);
    assert.equal(code, exitCode);
  };
  await refused(
    /there is nothing to compare run 2026-01.* with --from-run RUN_ID \(compare_months\.dig: -p from_run=RUN_ID\)$/,
    1,
  );
  await refused(
    /can't be compared with itself: choose another --from-run or --to-run /,
    2,
    "--from-run",
    ONE,
  );
  await refused(/there is no run 2026-02/, 2, "--from-run", TWO);
  await refused(/--missing conflicts with --from-run/, 2, "--missing", "--from-run", ONE);
  await refused(/--missing conflicts with --from-run and --to-run/, 2, "--missing", "--to-run", ONE);
  assert.match(await compareWell(lake, "--missing"), /fewer than two promoted months/);
});
