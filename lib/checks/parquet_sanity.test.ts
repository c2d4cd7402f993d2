import assert from "node:assert/strict";
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { canonicalDatasets, warehouseDatasets } from "../datasets/index.ts";
import { datasetName, writeDone } from "../lake/done.ts";
import { makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { consistentTables, type FixtureRow, valuesOf, writeTables } from "../lake/testing/fixture_tables.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { rewriteDataset, runUnfenced, temporaryLake } from "../testing/run_fixture.ts";
import { failing } from "./check.ts";
import { readMinRows } from "./min_rows.ts";
import { parquetSanity, type SanityOptions } from "./parquet_sanity.ts";

/** A sound run that each case copies and corrupts. */
let sound: string;

before(async () => {
  sound = mkdtempSync(join(tmpdir(), "sanity-"));
  await writeTables(join(sound, "run"));
});
after(() => rmSync(sound, { recursive: true }));

const options: SanityOptions = { fast: false, minRows: {}, log: silentLogger, threads: 1 };

async function check(dir: string, changed: Partial<SanityOptions> = {}) {
  const result = await parquetSanity(dir, { ...options, ...changed });
  const failed = result.checks.filter(({ ok }) => !ok).map(({ name }) => name);
  assert.equal(result.passed, failing(result.checks).length === 0);
  const by = (name: string) => result.checks.find((found) => found.name === name);
  return { failed, by, checks: result.checks, result };
}

const part = (dir: string, dataset: string) => join(dir, dataset, "part-00000.parquet");
const rowsOf = (dataset: string) => consistentTables[dataset] ?? [];

/** Replaces a file by a SELECT on it; `$file` refers to the old one. */
async function rewritten(file: string, select: string): Promise<void> {
  const old = `${file}.old`;
  cpSync(file, old);
  await runUnfenced(
    `COPY (${select.replaceAll("$file", `read_parquet('${old}')`)}) TO '${file}' (FORMAT parquet)`,
  );
  rmSync(old);
}

interface Case {
  what: string;
  spoil(dir: string): void | Promise<void>;
  /** The failing checks, without those that can't run for that reason. */
  fails: string[];
  /** The details of the first one. */
  says: RegExp;
  /** Whether --fast detects it. */
  fast: boolean;
}

const added =
  (dataset: string, ...rows: FixtureRow[]) =>
  (dir: string) =>
    rewriteDataset(dir, dataset, [...rowsOf(dataset), ...rows]);

const xref = (dataset: string, row: FixtureRow): Case => ({
  what: `a missing release in ${dataset}`,
  spoil: added(dataset, { release_id: 999, ...row }),
  fails: [`${dataset}.orphan_release_id`],
  says: /release_ids that are not in releases_ref_v6; smallest: 999/,
  fast: false,
});

const cases: Case[] = [
  {
    what: "a missing canonical directory",
    spoil: (dir) => rmSync(join(dir, "masters_v1_typed"), { recursive: true }),
    fails: ["masters_v1_typed.files"],
    says: /masters_v1_typed: the directory is missing/,
    fast: true,
  },
  {
    what: "a missing warehouse directory",
    spoil: (dir) => rmSync(join(dir, "warehouse_discogs/release_genre_xref_v1"), { recursive: true }),
    fails: ["release_genre_xref_v1.files"],
    says: /the directory is missing/,
    fast: true,
  },
  {
    what: "a directory without parts",
    spoil: (dir) => rmSync(part(dir, "artist_memberships_v1_typed")),
    fails: ["artist_memberships_v1_typed.files"],
    says: /has no parts/,
    fast: true,
  },
  {
    what: "a truncated part",
    spoil: (dir) => truncateSync(part(dir, "artist_memberships_v1_typed"), 200),
    fails: ["artist_memberships_v1_typed.files"],
    says: /part-00000\.parquet can't be read/,
    fast: true,
  },
  {
    what: "a part with damaged data but a valid footer",
    async spoil(dir) {
      const file = part(dir, "artist_memberships_v1_typed");
      await runUnfenced(
        `COPY (SELECT range AS group_id, range AS member_id, hash(range)::VARCHAR AS group_name,
          hash(range)::VARCHAR AS member_name FROM range(20000)) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
      );
      const handle = openSync(file, "r+");
      writeSync(handle, Buffer.alloc(5000, 0xff), 0, 5000, 300_000);
      closeSync(handle);
    },
    fails: ["artist_memberships_v1_typed.files"],
    says: /part-00000\.parquet can't be read/,
    fast: false,
  },
  {
    what: "a partial extract",
    spoil: (dir) => writeFileSync(join(dir, "artist_memberships_v1_typed/_partial"), ""),
    fails: ["artist_memberships_v1_typed.files"],
    says: /is partial/,
    fast: true,
  },
  {
    what: "a file that Trino would read as a part",
    spoil: (dir) => writeFileSync(join(dir, "artist_memberships_v1_typed/part-00001.parquet.tmp"), ""),
    fails: ["artist_memberships_v1_typed.files"],
    says: /part-00001\.parquet\.tmp is not a part/,
    fast: true,
  },
  {
    what: "a column of the wrong type",
    spoil: (dir) =>
      rewritten(
        part(dir, "artist_memberships_v1_typed"),
        "SELECT * REPLACE (CAST(member_id AS VARCHAR) AS member_id) FROM $file",
      ),
    fails: ["artist_memberships_v1_typed.columns"],
    says: /column 3 is member_id VARCHAR, not member_id BIGINT as declared/,
    fast: true,
  },
  {
    what: "a missing column in the second of two parts",
    async spoil(dir) {
      const second = join(dir, "artist_memberships_v1_typed/part-00001.parquet");
      cpSync(part(dir, "artist_memberships_v1_typed"), second);
      await rewritten(second, "SELECT * EXCLUDE (member_name) FROM $file");
    },
    fails: ["artist_memberships_v1_typed.columns"],
    says: /part-00001\.parquet: column 4 is missing, not member_name VARCHAR as declared/,
    fast: true,
  },
  {
    what: "an undeclared column",
    spoil: (dir) => rewritten(part(dir, "artist_memberships_v1_typed"), "SELECT *, 1 AS more FROM $file"),
    fails: ["artist_memberships_v1_typed.columns"],
    says: /has more INTEGER, which is not declared/,
    fast: true,
  },
  {
    what: "NULL in a mandatory column",
    spoil: added("artist_memberships_v1_typed", {
      group_id: 2,
      member_id: null,
      group_name: "x",
      member_name: "y",
    }),
    fails: ["artist_memberships_v1_typed.null_member_id"],
    says: /rows without member_id/,
    fast: true,
  },
  {
    what: "a duplicate artist_id",
    spoil: added("artists_v1_typed", { artist_id: 2, name: "again" }),
    fails: ["artists_v1_typed.duplicate_artist_id"],
    says: /duplicate artist_ids; smallest: 2/,
    fast: false,
  },
  {
    what: "a duplicate master_id",
    spoil: added("masters_v1_typed", { master_id: 10 }),
    fails: ["masters_v1_typed.duplicate_master_id"],
    says: /duplicate master_ids; smallest: 10/,
    fast: false,
  },
  {
    what: "a duplicate release_id",
    spoil: added("releases_v6", { release_id: 100 }),
    fails: ["releases_v6.duplicate_release_id"],
    says: /duplicate release_ids; smallest: 100/,
    fast: false,
  },
  {
    what: "an alias of a missing artist",
    spoil: added("artist_aliases_v1_typed", { artist_id: 77, alias_id: 1, alias_name: "x" }),
    fails: ["artist_aliases_v1_typed.orphan_artist_id"],
    says: /artist_ids that are not in artists_v1_typed; smallest: 77/,
    fast: false,
  },
  {
    what: "a name of a missing artist",
    spoil: added("artist_name_map_v1", { norm_name: "x", artist_id: 78 }),
    fails: ["artist_name_map_v1.orphan_artist_id"],
    says: /smallest: 78/,
    fast: false,
  },
  xref("release_artists_v1", { artist_norm: "x" }),
  xref("release_style_xref_v1", { style: "x", style_norm: "x" }),
  xref("release_genre_xref_v1", { genre: "x", genre_norm: "x" }),
  {
    what: "a missing release in release_label_xref_v1",
    spoil: added("release_label_xref_v1", { release_id: 999, label_name: "Svek", label_norm: "svek" }),
    fails: ["label_release_counts_v1.recomputed", "release_label_xref_v1.orphan_release_id"],
    says: /label_norms whose count or sample differs.*; first: svek/,
    fast: false,
  },
  {
    what: "a label without a count",
    spoil: (dir) => rewriteDataset(dir, "label_release_counts_v1", []),
    fails: ["label_release_counts_v1.recomputed"],
    says: /first: svek/,
    fast: false,
  },
  {
    what: "a count without a label",
    spoil: added("label_release_counts_v1", {
      label_norm: "zzz",
      label_name_sample: "ZZZ",
      n_total_releases: 1,
    }),
    fails: ["label_release_counts_v1.recomputed"],
    says: /first: zzz/,
    fast: false,
  },
  {
    what: "a different spelling of a label's name",
    spoil: (dir) =>
      rewriteDataset(dir, "label_release_counts_v1", [
        { label_norm: "svek", label_name_sample: "SVEK", n_total_releases: 2 },
      ]),
    fails: ["label_release_counts_v1.recomputed"],
    says: /first: svek/,
    fast: false,
  },
  {
    what: "a duplicate label in the counts",
    spoil: added("label_release_counts_v1", {
      label_norm: "svek",
      label_name_sample: "Svek",
      n_total_releases: 2,
    }),
    fails: ["label_release_counts_v1.duplicate_label_norm"],
    says: /duplicate label_norms; smallest: svek/,
    fast: false,
  },
];

for (const { what, spoil, fails, says, fast } of cases) {
  test(`${what} fails, ${fast ? "also" : "but not"} with --fast`, async (t) => {
    const dir = join(temporaryDirectory(t), "run");
    cpSync(join(sound, "run"), dir, { recursive: true });
    await spoil(dir);
    const { checks, by } = await check(dir);
    const failed = checks.filter(({ ok, value }) => !ok && value !== null).map(({ name }) => name);
    assert.deepEqual(failed.sort(), [...fails].sort());
    assert.match(by(fails[0] ?? "")?.details ?? "", says);
    const quick = await check(dir, { fast: true });
    assert.equal(quick.failed.includes(fails[0] ?? ""), fast);
  });
}

test("references from and to an unreadable dataset are not run, and fail", async (t) => {
  const dir = join(temporaryDirectory(t), "run");
  cpSync(join(sound, "run"), dir, { recursive: true });
  rmSync(join(dir, "masters_v1_typed"), { recursive: true });
  const { checks } = await check(dir);
  const notRun = checks.filter(({ value }) => value === null);
  assert.deepEqual(
    notRun.map(({ name, severity, ok, details }) => [name, severity, ok, details]),
    ["masters_v1_typed.orphan_main_release_id", "masters_v1_typed.orphan_artist_refs.artist_id"]
      .concat("releases_v6.orphan_master_id", "masters_v1_typed.main_release")
      .map((name) => [name, "CRITICAL", false, "not run: masters_v1_typed can't be read"]),
  );
});

test("a sound run passes without being written to", async () => {
  const before = readdirSync(join(sound, "run")).sort();
  const { failed, result } = await check(join(sound, "run"));
  assert.deepEqual(failed, []);
  assert.equal(result.passed, true);
  assert.deepEqual(readdirSync(join(sound, "run")).sort(), before);
  assert.deepEqual(readdirSync(sound), ["run"]);
});

test("anomalies of the dumps are counted and do not fail", async (t) => {
  const dir = temporaryDirectory(t);
  const refs = rowsOf("releases_v6");
  await writeTables(dir, {
    tables: {
      releases_v6: [...refs, { release_id: 102, master_id: 555 }, { release_id: 103, master_id: 0 }],
      labels_v10: [...rowsOf("labels_v10"), { label_id: 5, name: "Svek again" }],
      release_artists_v1: [
        ...rowsOf("release_artists_v1"),
        { release_id: 102, artist_norm: "various", artist_id: 194 },
      ],
    },
  });
  const { failed, by } = await check(dir);
  assert.deepEqual(failed, []);
  for (const name of [
    "releases_v6.orphan_master_id",
    "labels_v10.duplicate_label_id",
    "release_artists_v1.orphan_artist_id",
  ]) {
    assert.deepEqual([by(name)?.severity, by(name)?.value], ["INFO", 1n], name);
  }
});

test("duplicate rows of a warehouse dataset fail in a recorded run, and are counted in an unrecorded one", async (t) => {
  const lake = temporaryLake(t);
  const repeated = {
    release_style_xref_v1: [...rowsOf("release_style_xref_v1"), ...rowsOf("release_style_xref_v1")],
  };
  const dir = await makeSealedRun(lake, "2026-01__20260120_194923", { tables: repeated });
  assert.deepEqual((await check(dir)).failed, [
    "release_style_xref_v1.duplicate_keys",
    "release_style_xref_v1.unsorted_rows",
    "release_style_xref_v1.recomputed",
  ]);
  const unrecorded = join(lake, "unrecorded");
  await writeTables(unrecorded, { tables: repeated });
  const { failed, by } = await check(unrecorded);
  assert.deepEqual([failed, by("release_style_xref_v1.duplicate_keys")?.value], [[], 2n]);
});

test("fewer rows than the configured minimum fail", async () => {
  const minRows = await readMinRows("releases_v6=3, labels_v10=1", undefined);
  const { failed, by } = await check(join(sound, "run"), { minRows, fast: true });
  assert.deepEqual(failed, ["releases_v6.rows"]);
  assert.match(by("releases_v6.rows")?.details ?? "", /at least 3 expected/);
});

test("by default a month must have artists, masters, releases and labels", async (t) => {
  const dir = temporaryDirectory(t);
  await writeTables(dir, {
    tables: Object.fromEntries(Object.keys(consistentTables).map((name) => [name, []])),
  });
  const { failed } = await check(dir, { minRows: await readMinRows(undefined, undefined) });
  assert.deepEqual(failed, [
    "artists_v1_typed.rows",
    "masters_v1_typed.rows",
    "releases_v6.rows",
    "labels_v10.rows",
  ]);
});

test("reads minimums from a file and a list, refusing unknown datasets and invalid numbers", async (t) => {
  const file = join(temporaryDirectory(t), "min.json");
  writeFileSync(file, '{"releases_v6": 7, "collection": 2}');
  const minRows = await readMinRows("releases_v6=8", file);
  assert.deepEqual([minRows.releases_v6, minRows.collection, minRows.labels_v10], [8, 2, 1]);
  await assert.rejects(readMinRows("releases=8", undefined), /releases is not a dataset/);
  await assert.rejects(readMinRows("releases_v6=many", undefined), /does not have the form/);
  await assert.rejects(readMinRows(undefined, `${file}.nope`), ExpectedError);
  writeFileSync(file, '{"releases_v6": -1}');
  await assert.rejects(readMinRows(undefined, file), /min\.json/);
});

test("compares row counts with a run's records: the manifest when sealed, done records when building", async (t) => {
  const lake = temporaryLake(t);
  const sealed = await makeSealedRun(lake, "2026-01__20260120_194923");
  const { failed, by, result } = await check(sealed);
  assert.deepEqual([failed, result.run_id], [[], "2026-01__20260120_194923"]);
  assert.equal(by("releases_v6.rows_recorded")?.value, 2n);

  const building = join(lake, "building");
  cpSync(join(sound, "run"), building, { recursive: true });
  writeFileSync(join(building, "run.json"), '{"run_id": "2026-02__20260220_194923"}');
  mkdirSync(join(building, "_done"));
  const time = new Date().toISOString();
  const record = {
    sources: [],
    code_version: "x",
    options: {},
    files: [],
    started: time,
    ended: time,
  };
  for (const { directory } of [...canonicalDatasets, ...warehouseDatasets]) {
    const dataset = datasetName(directory);
    await writeDone(building, { ...record, ...valuesOf(directory), dataset, rows: rowsOf(dataset).length });
  }
  assert.deepEqual((await check(building)).failed, []);
  await writeDone(building, { ...record, ...valuesOf("releases_v6"), dataset: "releases_v6", rows: 1 });
  rmSync(join(building, "_done/labels_v10.json"));
  assert.deepEqual((await check(building)).failed, ["releases_v6.rows_recorded", "labels_v10.rows_recorded"]);

  const recorded = (dataset: string) => ({
    ...record,
    ...valuesOf(dataset),
    dataset,
    rows: rowsOf(dataset).length,
  });
  await writeDone(building, recorded("labels_v10"));
  const releases = recorded("releases_v6");
  const counts = { null_release_id: 2 };
  await writeDone(building, { ...releases, records: releases.rows + 2, counts });
  assert.deepEqual((await check(building)).failed, []);
  await writeDone(building, { ...releases, records: releases.rows + 3, counts });
  const lost = await check(building);
  assert.deepEqual(lost.failed, ["releases_v6.records"]);
  assert.match(
    lost.by("releases_v6.records")?.details ?? "",
    /5 elements were read, but there are 2 rows, and 2/,
  );
});

test("a run of the Python original passes with added columns absent and columns in any order", async (t) => {
  const dir = temporaryDirectory(t);
  await writeTables(dir, { original: true });
  await rewritten(
    part(dir, "artist_memberships_v1_typed"),
    "SELECT group_id, group_name, member_id, member_name FROM $file",
  );
  const { failed, by } = await check(dir);
  assert.deepEqual(failed, []);
  assert.match(by("releases_v6.columns")?.details ?? "", /absent and read as NULL: artist_refs, label_refs/);
  await rewritten(part(dir, "labels_v10"), "SELECT * EXCLUDE (contact_info) FROM $file");
  assert.deepEqual((await check(dir)).failed, [
    "labels_v10.columns",
    "releases_v6.orphan_label_refs.label_id",
    "labels_v10.orphan_parent_label_id",
    "release_label_xref_v1.orphan_label_id",
  ]);
});

test("a column of a recorded run may not be absent or misplaced", async (t) => {
  const dir = join(temporaryDirectory(t), "run");
  cpSync(join(sound, "run"), dir, { recursive: true });
  writeFileSync(join(dir, "run.json"), '{"run_id": "2026-02__20260220_194923"}');
  await rewritten(part(dir, "masters_v1_typed"), "SELECT * EXCLUDE (style_list) FROM $file");
  await rewritten(part(dir, "labels_v10"), "SELECT name, * EXCLUDE (name) FROM $file");
  const { failed } = await check(dir, { fast: true });
  assert.deepEqual(
    failed.filter((name) => !name.endsWith(".rows_recorded")),
    ["masters_v1_typed.columns", "labels_v10.columns"],
  );
});
