import assert from "node:assert/strict";
import { test } from "node:test";
import { datasetName } from "./dataset_name.ts";
import { allTables } from "./index.ts";
import { byShortName, shortName } from "./short_name.ts";
import type { TableDeclaration } from "./types.ts";

const dataset = (directory: string, shortName?: string): TableDeclaration => ({
  directory,
  table: directory,
  kind: "detail",
  required: false,
  about: "Rows.",
  columns: [],
  ...(shortName === undefined ? {} : { shortName }),
});

test("a short name is the declared one, or the dataset's without its version", () => {
  const names = ["releases_v6", "artists_v1_typed", "warehouse_discogs/release_artists_v1", "collection"];
  assert.deepEqual(
    names.map((name) => shortName(dataset(name))),
    ["releases", "artists", "release_artists", "collection"],
  );
  assert.equal(shortName(dataset("release_tracks_v1", "tracks")), "tracks");
});

test("of several versions of a dataset the newest has the short name", () => {
  const [v2, v10, other] = [dataset("labels_v2"), dataset("labels_v10"), dataset("tracks_v1")];
  for (const order of [
    [v2, v10, other],
    [v10, other, v2],
  ]) {
    const named = byShortName(order).map(({ name, dataset: { directory } }) => [name, directory]);
    assert.deepEqual(named.sort(), [
      ["labels", "labels_v10"],
      ["tracks", "tracks_v1"],
    ]);
  }
  assert.deepEqual(byShortName([v2]), [{ name: "labels", dataset: v2 }]);
});

test("only versions of one dataset share a short name, which is not that of the run", () => {
  const families = new Map<string, Set<string>>();
  for (const each of allTables) {
    const family = datasetName(each.directory).replace(/_v\d+.*$/, "");
    families.set(shortName(each), (families.get(shortName(each)) ?? new Set()).add(family));
  }
  assert.ok(families.size > 20);
  assert.ok(!families.has("run"));
  for (const [name, { size }] of families) assert.equal(size, 1, name);
});

test("derived columns are of numbers that the dataset has, and have names of their own", () => {
  const derived = allTables.flatMap((table) => (table.derived ?? []).map((column) => ({ table, column })));
  assert.ok(derived.length > 2);
  for (const { table, column } of derived) {
    const names = [...table.columns, ...(table.derived ?? [])].map(({ name }) => name);
    assert.equal(names.filter((name) => name === column.name).length, 1, `${table.table}.${column.name}`);
    assert.equal(table.columns.find(({ name }) => name === column.from)?.type, "BIGINT");
    assert.match(column.about, /^[A-Z].*\.$/);
  }
});
