import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { allTables } from "../datasets/index.ts";
import { datasetName } from "../lake/done.ts";
import { sanityResult } from "../lake/reports.ts";
import { consistentTables, type FixtureRow, writeTables } from "../lake/testing/fixture_tables.ts";
import { temporaryDirectory } from "../testing/files.ts";
import type { CheckResult } from "./check.ts";
import { reportOnRun } from "./sanity_of_run.ts";
import { falseCriticals } from "./sanity_report.ts";

const names = {
  CRITICAL: [
    "artist_aliases_v1.orphan_artist_id_rows",
    "artists_v1.null_artist_id",
    "artists_v1.rows",
    "labels_ref_v10.null_label_id",
    "masters_v1.duplicate_master_ids",
    "masters_v1.null_master_id",
    "releases_ref_v6.duplicate_release_ids",
    "releases_ref_v6.null_release_id",
  ],
  WARN: [
    "artist_memberships_v1.orphan_group_ids",
    "artist_memberships_v1.orphan_member_ids",
    "artists_v1.empty_name",
    "masters_v1.orphan_main_release_id",
    "warehouse.artist_name_map_v1.orphan_artist_ids",
    "warehouse.release_artists_v1.orphan_release_ids",
    "warehouse.release_genre_xref_v1.orphan_release_ids",
    "warehouse.release_label_xref_v1.orphan_release_ids",
    "warehouse.release_style_xref_v1.orphan_release_ids",
  ],
  INFO: [
    "artist_aliases_v1.orphan_alias_rows",
    "labels_ref_v10.duplicate_label_id_groups",
    "labels_ref_v10.orphan_parent_label_ids",
  ],
};

async function report(runDir: string, tables: Record<string, readonly FixtureRow[]>): Promise<CheckResult[]> {
  await writeTables(runDir, { tables });
  return (await reportOnRun(runDir, { threads: 1 })).checks;
}

test("on a sound run, all checks are in order and ok, in the CSV too", async (t) => {
  const run = temporaryDirectory(t);
  const checks = await report(run, {});
  const expected = Object.entries(names).flatMap(([severity, of]) => of.map((name) => `${severity} ${name}`));
  assert.deepEqual(
    checks.map(({ name, severity }) => `${severity} ${name}`),
    expected,
  );
  assert.deepEqual(
    checks.filter(({ ok }) => !ok),
    [],
  );
  const [file = "", ...others] = readdirSync(join(run, "_reports"));
  assert.match(file, /^duckdb_sanity_run_\d{8}_\d{6}_\d{3}\.csv$/);
  assert.deepEqual(others, []);
  const text = readFileSync(join(run, "_reports", file), "utf8");
  assert.ok(text.startsWith("check_name,severity,value,ok,details\n"));
  assert.deepEqual(
    (parse(text, { columns: true }) as Record<string, string>[]).map((row) => [
      row.check_name,
      row.value,
      row.ok,
    ]),
    checks.map(({ name, value, ok }) => [name, String(value), String(ok)]),
  );
});

/** Rows added to a dataset, and the expected value and verdict of the check that detects them. */
const cases: [check: string, dataset: string, rows: FixtureRow[], value: bigint, ok: boolean][] = [
  [
    "artist_aliases_v1.orphan_artist_id_rows",
    "artist_aliases_v1_typed",
    [{ artist_id: 8 }, { artist_id: 8 }, { artist_id: 0 }],
    2n,
    false,
  ],
  ["artists_v1.null_artist_id", "artists_v1_typed", [{ name: "x" }], 1n, false],
  ["labels_ref_v10.null_label_id", "labels_v10", [{ name: "x" }], 1n, false],
  ["masters_v1.null_master_id", "masters_v1_typed", [{ title: "x" }], 1n, false],
  ["masters_v1.duplicate_master_ids", "masters_v1_typed", [{ master_id: 10 }, { master_id: 10 }], 1n, false],
  ["releases_ref_v6.null_release_id", "releases_v6", [{ title: "x" }], 1n, false],
  [
    "releases_ref_v6.duplicate_release_ids",
    "releases_v6",
    [{ release_id: 100 }, { release_id: 101 }],
    2n,
    false,
  ],
  [
    "artists_v1.empty_name",
    "artists_v1_typed",
    [
      { artist_id: 8, name: null },
      { artist_id: 9, name: "" },
    ],
    2n,
    false,
  ],
  [
    "artist_memberships_v1.orphan_member_ids",
    "artist_memberships_v1_typed",
    [
      { group_id: 2, member_id: 8 },
      { group_id: 1, member_id: 8 },
    ],
    1n,
    false,
  ],
  [
    "artist_memberships_v1.orphan_group_ids",
    "artist_memberships_v1_typed",
    [
      { group_id: 8, member_id: 1 },
      { group_id: 0, member_id: 1 },
    ],
    1n,
    false,
  ],
  [
    "masters_v1.orphan_main_release_id",
    "masters_v1_typed",
    [
      { master_id: 11, main_release_id: 8 },
      { master_id: 12, main_release_id: 0 },
    ],
    1n,
    true,
  ],
  [
    "warehouse.artist_name_map_v1.orphan_artist_ids",
    "artist_name_map_v1",
    [
      { norm_name: "a", artist_id: 8 },
      { norm_name: "b", artist_id: 8 },
    ],
    1n,
    false,
  ],
  [
    "warehouse.release_artists_v1.orphan_release_ids",
    "release_artists_v1",
    [{ release_id: 8 }, { release_id: 8 }],
    1n,
    false,
  ],
  [
    "warehouse.release_label_xref_v1.orphan_release_ids",
    "release_label_xref_v1",
    [{ release_id: 8 }],
    1n,
    false,
  ],
  [
    "warehouse.release_style_xref_v1.orphan_release_ids",
    "release_style_xref_v1",
    [{ release_id: 8 }],
    1n,
    false,
  ],
  [
    "warehouse.release_genre_xref_v1.orphan_release_ids",
    "release_genre_xref_v1",
    [{ release_id: 8 }],
    1n,
    false,
  ],
  [
    "artist_aliases_v1.orphan_alias_rows",
    "artist_aliases_v1_typed",
    [
      { artist_id: 1, alias_id: 8 },
      { artist_id: 1, alias_id: null },
      { artist_id: 1, alias_id: 0 },
    ],
    1n,
    true,
  ],
  ["labels_ref_v10.duplicate_label_id_groups", "labels_v10", [{ label_id: 5 }], 1n, true],
  [
    "labels_ref_v10.orphan_parent_label_ids",
    "labels_v10",
    [
      { label_id: 6, parent_label_id: 8 },
      { label_id: 7, parent_label_id: 8 },
    ],
    1n,
    true,
  ],
];

for (const [name, dataset, rows, value, ok] of cases) {
  test(`${name} counts ${value} and is ${ok}, and no other check changes`, async (t) => {
    const tables = { [dataset]: [...(consistentTables[dataset] ?? []), ...rows] };
    const checks = await report(temporaryDirectory(t), tables);
    const found = checks.find((check) => check.name === name);
    assert.deepEqual([found?.value, found?.ok], [value, ok]);
    if (/orphan/.test(name)) assert.match(found?.details ?? "", /; smallest: 8$/);
    const others = checks.filter((check) => !check.ok && check.name !== name).map((check) => check.name);
    assert.deepEqual(others, []);
    assert.deepEqual(falseCriticals(checks), !ok && names.CRITICAL.includes(name) ? [name] : []);
  });
}

test("data that was made while the report ran is newer than the report", async (t) => {
  const run = temporaryDirectory(t);
  await writeTables(run, { tables: {} });
  t.mock.timers.enable({ apis: ["Date"], now: new Date("2026-01-20T10:00:00Z") });
  const reporting = reportOnRun(run, { threads: 1 });
  const made = new Date("2026-01-20T10:00:00.500Z");
  t.mock.timers.setTime(made.getTime() + 400);
  await reporting;
  await assert.rejects(sanityResult(run, "2026-01__20260120_095900", made), /is older than the data/);
});

test("without artists, artists_v1.rows is false", async (t) => {
  const empty = Object.fromEntries(allTables.map(({ directory }) => [datasetName(directory), []]));
  const checks = await report(temporaryDirectory(t), { ...empty, collection: [] });
  assert.deepEqual(falseCriticals(checks), ["artists_v1.rows"]);
});

test("every check has a case in which it is false or counts something", () => {
  const covered = new Set([...cases.map(([name]) => name), "artists_v1.rows"]);
  assert.deepEqual(
    Object.values(names)
      .flat()
      .filter((name) => !covered.has(name)),
    [],
  );
});
