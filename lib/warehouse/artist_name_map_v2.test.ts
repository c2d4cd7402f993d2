import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { artistNamesV1 } from "../datasets/details/artist_names_v1.ts";
import { artistsV1 } from "../datasets/artists_v1.ts";
import { duckdbType } from "../datasets/types.ts";
import { artistNameMapV2 } from "../datasets/warehouse.ts";
import type { FixtureTables } from "../lake/testing/fixture_tables.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetRows } from "../testing/parquet.ts";
import { runUnfenced, writeCanonical } from "../testing/run_fixture.ts";
import { buildDataset } from "./build.ts";

const log = silentLogger;
const file = (dir: string) => join(dir, artistNameMapV2.directory, "data.parquet");

async function nameMap(dir: string, tables: FixtureTables) {
  await writeCanonical(dir, {
    artists_v1_typed: [],
    artist_names_v1: [],
    artist_aliases_v1_typed: [],
    artist_memberships_v1_typed: [],
    ...tables,
  });
  const { counts } = await buildDataset(dir, artistNameMapV2, { log, threads: 1 });
  return { counts, rows: (await parquetRows(file(dir))).map((row) => Object.values(row)) };
}

test("distinguishes own names from those of aliases and groups, and merges duplicates", async (t) => {
  const found = await nameMap(temporaryDirectory(t), {
    artists_v1_typed: [{ artist_id: 1, name: "Ada" }, { artist_id: 2, name: "Boat" }, { artist_id: 3 }],
    artist_names_v1: [
      { artist_id: 1, kind: "name", name_no: 1, name: "Ada (3)" },
      { artist_id: 1, kind: "realname", name_no: 1, name: "Ada\u00a0 Lee" },
      { artist_id: 1, kind: "namevariation", name_no: 1, name: "ADA" },
      { artist_id: 1, kind: "namevariation", name_no: 2, name: "A. Lee" },
      { artist_id: 1, kind: "namevariation", name_no: 3, name: "a.  lee" },
      { artist_id: 2, kind: "name", name_no: 1, name: "Boat" },
    ],
    artist_aliases_v1_typed: [
      { artist_id: 1, alias_id: 9, alias_name: "Ada" },
      { artist_id: 1, alias_id: null, alias_name: "Lark (2)" },
    ],
    artist_memberships_v1_typed: [
      { group_id: 2, group_name: "Boat", member_id: 1, member_name: "Ada" },
      { group_id: 2, group_name: "Boat", member_id: 1, member_name: "Ada" },
    ],
  });
  assert.deepEqual(found, {
    counts: { empty_norm_name: 0, unknown_artist_id: 0 },
    rows: [
      ["a. lee", "1", "namevariation"],
      ["ada", "1", "alias"],
      ["ada", "1", "name"],
      ["ada", "1", "namevariation"],
      ["ada lee", "1", "realname"],
      ["boat", "1", "group"],
      ["boat", "2", "name"],
      ["lark", "1", "alias"],
    ],
  });
});

test("drops and counts names that end up empty and ids of unknown artists", async (t) => {
  const found = await nameMap(temporaryDirectory(t), {
    artists_v1_typed: [{ artist_id: 1, name: "B" }],
    artist_names_v1: [
      { artist_id: 1, kind: "name", name_no: 1, name: "B" },
      { artist_id: 1, kind: "realname", name_no: 1, name: null },
      { artist_id: 1, kind: "namevariation", name_no: 1, name: "(2)" },
    ],
    artist_aliases_v1_typed: [{ artist_id: 99, alias_id: 1, alias_name: "C" }],
    artist_memberships_v1_typed: [{ group_id: 1, group_name: "B", member_id: 98, member_name: "Gone" }],
  });
  assert.deepEqual(found, {
    counts: { empty_norm_name: 1, unknown_artist_id: 2 },
    rows: [["b", "1", "name"]],
  });
});

test("refuses a run without artist_names_v1, naming it", async (t) => {
  const dir = temporaryDirectory(t);
  await writeCanonical(dir);
  await assert.rejects(buildDataset(dir, artistNameMapV2, { log }), /artist_names_v1 has no data, but/);
});

test("the file has the same bytes with 1, 2 and 4 threads, and with little memory", async (t) => {
  const dir = temporaryDirectory(t);
  await nameMap(dir, { artist_names_v1: [] });
  const write = (directory: string, name: string, select: string) =>
    runUnfenced(`COPY (${select}) TO '${join(dir, directory, name)}' (FORMAT parquet, ROW_GROUP_SIZE 20000)`);
  const absent = artistsV1.columns
    .filter(({ name }) => name !== "artist_id")
    .map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${name}`);
  await write(
    artistsV1.directory,
    "part-00001.parquet",
    `SELECT i AS artist_id, ${absent.join(", ")} FROM range(60000) AS numbers(i)`,
  );
  await write(
    artistNamesV1.directory,
    "part-00001.parquet",
    `SELECT i % 60000 AS artist_id, ['name', 'realname', 'namevariation'][1 + i % 3] AS kind,
      CAST(1 AS BIGINT) AS name_no, 'Name ' || (hash(i) % 50000) AS name FROM range(200000) AS numbers(i)`,
  );
  const hashes = new Set<string>();
  for (const limit of [{ threads: 1 }, { threads: 2 }, { threads: 4 }, { threads: 2, memoryLimit: "90MB" }]) {
    const { rows } = await buildDataset(dir, artistNameMapV2, { log, ...limit, replace: true });
    assert.ok(rows > 100_000, `${rows} rows`);
    hashes.add(
      createHash("sha256")
        .update(readFileSync(file(dir)))
        .digest("hex"),
    );
  }
  assert.equal(hashes.size, 1);
});
