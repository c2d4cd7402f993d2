import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { artistsV1 } from "../datasets/artists_v1.ts";
import { canonicalDatasets, warehouseDatasets } from "../datasets/index.ts";
import { releasesV6 } from "../datasets/releases_v6.ts";
import { duckdbType } from "../datasets/types.ts";
import {
  artistNameMapV1,
  labelReleaseCountsV1,
  releaseArtistsV1,
  releaseGenreXrefV1,
  releaseLabelXrefV1,
  releaseStyleXrefV1,
  type WarehouseDataset,
} from "../datasets/warehouse.ts";
import type { FixtureRow } from "../lake/testing/fixture_tables.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetColumns, parquetMetadata, parquetRows } from "../testing/parquet.ts";
import { rewriteDataset, runUnfenced, writeCanonical, writeRun } from "../testing/run_fixture.ts";
import { buildDataset } from "./build.ts";

const log = silentLogger;

async function built(dir: string, dataset: WarehouseDataset) {
  const { counts, filled } = await buildDataset(dir, dataset, { log, threads: 1 });
  const rows = await parquetRows(join(dir, dataset.directory, "data.parquet"));
  const notNull = ({ name }: { name: string }) => rows.filter((row) => row[name] !== null).length;
  assert.deepEqual(
    filled,
    Object.fromEntries(dataset.columns.map((column) => [column.name, notNull(column)])),
  );
  return { counts, rows: rows.map((row) => Object.values(row)) };
}

async function nameMap(dir: string, artists: FixtureRow[]) {
  await writeCanonical(dir, {
    artists_v1_typed: artists,
    artist_aliases_v1_typed: [],
    artist_memberships_v1_typed: [],
  });
  const { counts, rows } = await built(dir, artistNameMapV1);
  return { counts, names: rows.map(([name]) => name) };
}

test("a file names its dataset and the dumps of its inputs, if they have them", async (t) => {
  const dir = temporaryDirectory(t);
  await writeCanonical(dir);
  const of = async (dataset: WarehouseDataset) => {
    await buildDataset(dir, dataset, { log, threads: 1, replace: true });
    return (await parquetMetadata(join(dir, dataset.directory, "data.parquet")))["data.parquet"];
  };
  const { about, columns } = artistNameMapV1;
  const ofColumns = Object.fromEntries(columns.map((column) => [column.name, column.about]));
  const description = JSON.stringify({ dataset: about, columns: ofColumns });
  const metadata = { dataset: "artist_name_map_v1", contract_version: "1", description };
  assert.deepEqual(await of(artistNameMapV1), metadata);
  const [artists, others] = ["a".repeat(64), "0b".repeat(32)];
  for (const input of artistNameMapV1.reads) {
    const file = join(dir, input.directory, "part-00000.parquet");
    const source = input === artistsV1 ? artists : others;
    await runUnfenced(
      `CREATE TEMP TABLE rows AS FROM '${file}'; COPY rows TO '${file}' (KV_METADATA {source_sha256: '${source}'})`,
    );
  }
  assert.deepEqual(await of(artistNameMapV1), { ...metadata, source_sha256: `${others} ${artists}` });
});

test("all required datasets have the declared columns, and nothing else is left behind", async (t) => {
  const dir = temporaryDirectory(t);
  await writeRun(dir);
  for (const { directory, columns } of warehouseDatasets.filter(({ required }) => required)) {
    assert.deepEqual(
      await parquetColumns(join(dir, directory, "*")),
      columns.map(({ name, type }) => `${name} ${duckdbType(type)}`),
      directory,
    );
    assert.deepEqual(readdirSync(join(dir, directory)), ["data.parquet"]);
  }
  assert.deepEqual(
    readdirSync(dir).sort(),
    [...canonicalDatasets.map((d) => d.directory), "warehouse_discogs"].sort(),
  );
  assert.equal(readdirSync(join(dir, "warehouse_discogs")).length, 6);
});

const names: [name: string, norm: string][] = [
  ["  Aphex Twin ", "aphex twin"],
  ["Name (2)", "name"],
  ["Name (2) (3)", "name (2)"],
  ["Name(2)", "name"],
  ["(2) Name", "(2) name"],
  ["Name (2a)", "name (2a)"],
  ["A\u00a0\u2003\t\nB", "a b"],
  ["\u00a0\u3000Wide\u2028\u0085", "wide"],
  ["Wide (7)\u2003", "wide"],
  ["\u200bZero\ufeff", "\u200bzero\ufeff"],
  ["坂本 龍一", "坂本 龍一"],
  ["坂本\u3000龍一 (4)", "坂本 龍一"],
  ["𝔄strale 🎵 (12)", "𝔄strale 🎵"],
  ["İSTANBUL IŞIK", "istanbul işik"],
  ["ÆØÅ ΣΑΣ", "æøå σασ"],
  ["Two\nLines (2)", "two lines"],
];

for (const [name, norm] of names) {
  test(`${JSON.stringify(name)} is normalised to ${JSON.stringify(norm)}`, async (t) => {
    const result = await nameMap(temporaryDirectory(t), [{ artist_id: 1, name }]);
    assert.deepEqual(result, { names: [norm], counts: { empty_norm_name: 0, unknown_artist_id: 0 } });
  });
}

test("drops and counts names that end up empty and ids of unknown artists", async (t) => {
  const dir = temporaryDirectory(t);
  await writeCanonical(dir, {
    artists_v1_typed: [
      { artist_id: 1, name: "(2)", realname: "\u2003" },
      { artist_id: 2, name: "B", realname: null },
      { artist_id: 3, name: null },
    ],
    artist_aliases_v1_typed: [
      { artist_id: 1, alias_id: 2, alias_name: "b" },
      { artist_id: 99, alias_id: 2, alias_name: "C" },
      { artist_id: 0, alias_id: 2, alias_name: "D" },
    ],
    artist_memberships_v1_typed: [
      { group_id: 98, member_id: 2, group_name: "Group", member_name: "B" },
      { group_id: 2, member_id: 97, group_name: "B", member_name: "Gone" },
    ],
  });
  assert.deepEqual(await built(dir, artistNameMapV1), {
    counts: { empty_norm_name: 2, unknown_artist_id: 3 },
    rows: [
      ["b", "1"],
      ["b", "2"],
      ["group", "2"],
    ],
  });
});

const refs = (...pairs: [number | null, string | null][]) =>
  pairs.map(([artist_id, name]) => ({ artist_id, name, anv: null, join_text: null }));

test("artists of a release: one row per id and lower-case name, nameless ones dropped and counted", async (t) => {
  const dir = temporaryDirectory(t);
  await writeCanonical(dir, {
    releases_v6: [
      {
        release_id: 2,
        artist_refs: refs([7, "Earth, Wind & Fire"], [7, "EARTH, WIND & FIRE"], [null, "Earth, Wind & Fire"]),
      },
      { release_id: 1, artist_refs: refs([9, "b"], [8, "b"], [4, null], [null, null]) },
      { release_id: 3, artist_refs: null },
    ],
  });
  assert.deepEqual(await built(dir, releaseArtistsV1), {
    counts: { no_name: 2 },
    rows: [
      ["1", "b", "8", "b"],
      ["1", "b", "9", "b"],
      ["2", "earth, wind & fire", "7", "EARTH, WIND & FIRE"],
      ["2", "earth, wind & fire", null, "Earth, Wind & Fire"],
    ],
  });
});

test("labels of a release keep their catalogue numbers, and counts are releases per label name", async (t) => {
  const dir = temporaryDirectory(t);
  const label = (label_id: number | null, name: string | null, catno: string | null) => ({
    label_id,
    name,
    catno,
  });
  await writeCanonical(dir, {
    releases_v6: [
      {
        release_id: 1,
        label_refs: [label(5, "Svek", "A"), label(5, "Svek", "A"), label(6, "Not On Label", null)],
      },
      { release_id: 2, label_refs: [label(null, "SVEK", "B"), label(5, "Svek", "C"), label(7, null, "D")] },
    ],
  });
  assert.deepEqual(await built(dir, releaseLabelXrefV1), {
    counts: { no_name: 1 },
    rows: [
      ["1", "Not On Label", "not on label", null, "6"],
      ["1", "Svek", "svek", "A", "5"],
      ["2", "SVEK", "svek", "B", null],
      ["2", "Svek", "svek", "C", "5"],
    ],
  });
  assert.deepEqual((await built(dir, labelReleaseCountsV1)).rows, [
    ["not on label", "Not On Label", "1"],
    ["svek", "SVEK", "2"],
  ]);
});

test("a genre with a comma is one genre, a repeated style one row", async (t) => {
  const dir = temporaryDirectory(t);
  await writeCanonical(dir, {
    releases_v6: [
      {
        release_id: 1,
        genre_list: ["Folk, World, & Country", "Funk / Soul"],
        style_list: ["House", "House"],
      },
      { release_id: 2, genre_list: null, style_list: null },
    ],
  });
  assert.deepEqual((await built(dir, releaseGenreXrefV1)).rows, [
    ["1", "Folk, World, & Country", "folk, world, & country"],
    ["1", "Funk / Soul", "funk / soul"],
  ]);
  assert.deepEqual((await built(dir, releaseStyleXrefV1)).rows, [["1", "House", "house"]]);
});

test("the files have the same bytes with 1, 2 and 4 threads, and with little memory", async (t) => {
  const dir = temporaryDirectory(t);
  await writeCanonical(dir);
  const releases = join(dir, releasesV6.directory, "part-00000.parquet");
  await runUnfenced(
    `COPY (SELECT i AS release_id,
      [{'artist_id': i % 5000, 'name': 'Artist ' || (hash(i) % 7000), 'anv': CAST(NULL AS VARCHAR), 'join_text': ','}] AS artist_refs,
      [{'label_id': i % 300, 'name': 'Label ' || (i % 311), 'catno': repeat('c', 30) || i}] AS label_refs,
      ['G' || (i % 15)] AS genre_list, ['S' || (i % 400), 'S' || (i % 77)] AS style_list
      FROM (SELECT CAST(range * 48271 % 262139 AS BIGINT) AS i FROM range(130000)))
    TO '${releases}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`,
  );
  await assert.rejects(buildDataset(dir, releaseArtistsV1, { log }), /lacks master_id/);
  const full = join(dir, releasesV6.directory, "part-00001.parquet");
  const absent = releasesV6.columns
    .filter(
      ({ name }) => !["release_id", "artist_refs", "label_refs", "genre_list", "style_list"].includes(name),
    )
    .map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${name}`);
  await runUnfenced(
    `COPY (SELECT *, ${absent.join(", ")} FROM '${releases}') TO '${full}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`,
  );
  await runUnfenced(`COPY (FROM '${full}') TO '${releases}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`);
  const limits = [{ threads: 1 }, { threads: 2 }, { threads: 4 }, { threads: 2, memoryLimit: "90MB" }];
  for (const dataset of [releaseArtistsV1, releaseLabelXrefV1, releaseStyleXrefV1, releaseGenreXrefV1]) {
    const hashes = new Set<string>();
    for (const limit of limits) {
      await buildDataset(dir, dataset, { log, ...limit, replace: true });
      const bytes = readFileSync(join(dir, dataset.directory, "data.parquet"));
      hashes.add(createHash("sha256").update(bytes).digest("hex"));
    }
    assert.equal(hashes.size, 1, dataset.table);
  }
});

test("names missing inputs, and columns missing in runs of the Python original", async (t) => {
  const dir = temporaryDirectory(t);
  await assert.rejects(buildDataset(dir, artistNameMapV1, { log }), /artists_v1_typed has no data/);
  await writeCanonical(dir);
  await assert.rejects(buildDataset(dir, labelReleaseCountsV1, { log }), /release_label_xref_v1 has no data/);
  const part = join(dir, releasesV6.directory, "part-00000.parquet");
  const added = releasesV6.columns.filter((column) => column.added === true).map(({ name }) => name);
  await runUnfenced(
    `COPY (SELECT * EXCLUDE (${added.join(", ")}) FROM '${part}') TO '${part}' (FORMAT parquet)`,
  );
  await assert.rejects(
    buildDataset(dir, releaseStyleXrefV1, { log }),
    /releases_v6 lacks artist_refs, label_refs, genre_list, style_list/,
  );
});

test("replaces an existing dataset only when asked, and keeps the old one when a build fails", async (t) => {
  const dir = temporaryDirectory(t);
  await writeRun(dir);
  const path = join(dir, artistNameMapV1.directory, "data.parquet");
  const before = readFileSync(path);
  await assert.rejects(buildDataset(dir, artistNameMapV1, { log }));
  await rewriteDataset(dir, "artists_v1_typed", [{ artist_id: 1, name: "Other" }]);
  writeFileSync(join(dir, artistsV1.directory, "part-00001.parquet"), "PAR1 not really");
  await assert.rejects(buildDataset(dir, artistNameMapV1, { log, replace: true }), ExpectedError);
  assert.deepEqual(readFileSync(path), before);
  assert.deepEqual(
    readdirSync(join(dir, "warehouse_discogs")).filter((name) => name.startsWith("_")),
    [],
  );
});

test("replaces a dataset, but not a directory with another file", async (t) => {
  const dir = temporaryDirectory(t);
  await writeCanonical(dir);
  await buildDataset(dir, releaseArtistsV1, { log });
  await buildDataset(dir, releaseArtistsV1, { log, replace: true });
  const place = join(dir, releaseArtistsV1.directory);
  writeFileSync(join(place, "my_query.sql"), "SELECT 1");
  await assert.rejects(buildDataset(dir, releaseArtistsV1, { log, replace: true }), {
    name: "ExpectedError",
    message: `${place} contains my_query.sql, so it is not a dataset's directory, and it is not replaced`,
  });
  assert.deepEqual(readdirSync(place), ["data.parquet", "my_query.sql"]);
});

test("refuses to build in a sealed run", async (t) => {
  const dir = join(temporaryDirectory(t), "_runs/2026-01__20260120_194923");
  mkdirSync(dir, { recursive: true });
  await writeCanonical(dir);
  await assert.rejects(buildDataset(dir, artistNameMapV1, { log }), /sealed run/);
  assert.ok(!readdirSync(dir).includes("warehouse_discogs"));
});
