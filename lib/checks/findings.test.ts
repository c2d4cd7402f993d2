import assert from "node:assert/strict";
import { test } from "node:test";
import { allTables } from "../datasets/index.ts";
import { mandatoryColumns, nullsOf, orphansOf, referencesAmong } from "./declared_checks.ts";
import { countedBy, findingsOf } from "./findings.ts";
import { sanityChecks } from "./sanity_statements.ts";

/** Pairs of checks, of the sanity report and of the Parquet sanity, that count the same. */
const SAME: Record<string, string> = {
  "artists_v1.rows": "artists_v1_typed.rows",
  "artists_v1.null_artist_id": "artists_v1_typed.null_artist_id",
  "artist_aliases_v1.orphan_artist_id_rows": "artist_aliases_v1_typed.orphan_artist_id",
  "labels_ref_v10.null_label_id": "labels_v10.null_label_id",
  "masters_v1.null_master_id": "masters_v1_typed.null_master_id",
  "masters_v1.duplicate_master_ids": "masters_v1_typed.duplicate_master_id",
  "releases_ref_v6.null_release_id": "releases_v6.null_release_id",
  "releases_ref_v6.duplicate_release_ids": "releases_v6.duplicate_release_id",
  "artist_memberships_v1.orphan_member_ids": "artist_memberships_v1_typed.orphan_member_id",
  "artist_memberships_v1.orphan_group_ids": "artist_memberships_v1_typed.orphan_group_id",
  "masters_v1.orphan_main_release_id": "masters_v1_typed.orphan_main_release_id",
  "warehouse.artist_name_map_v1.orphan_artist_ids": "artist_name_map_v1.orphan_artist_id",
  "warehouse.release_artists_v1.orphan_release_ids": "release_artists_v1.orphan_release_id",
  "warehouse.release_label_xref_v1.orphan_release_ids": "release_label_xref_v1.orphan_release_id",
  "warehouse.release_style_xref_v1.orphan_release_ids": "release_style_xref_v1.orphan_release_id",
  "warehouse.release_genre_xref_v1.orphan_release_ids": "release_genre_xref_v1.orphan_release_id",
  "artist_aliases_v1.orphan_alias_rows": "artist_aliases_v1_typed.orphan_alias_id",
  "labels_ref_v10.duplicate_label_id_groups": "labels_v10.duplicate_label_id",
  "labels_ref_v10.orphan_parent_label_ids": "labels_v10.orphan_parent_label_id",
};

test("each check of the sanity report counts what one check of the Parquet sanity counts, except for empty names", () => {
  const names = sanityChecks().map(({ name }) => name);
  assert.deepEqual(names.toSorted(), [...Object.keys(SAME), "artists_v1.empty_name"].sort());
  for (const [one, other] of Object.entries(SAME)) {
    assert.ok(countedBy(one) !== undefined, one);
    assert.equal(countedBy(one)?.what, countedBy(other)?.what, one);
  }
  assert.equal(countedBy("artists_v1.empty_name"), undefined);
});

test("no two checks of the Parquet sanity count the same", () => {
  const names = [
    ...referencesAmong(allTables).map(orphansOf),
    ...allTables.flatMap((each) => mandatoryColumns(each).map((column) => nullsOf(each, column))),
  ];
  assert.equal(new Set(names.map((name) => countedBy(name)?.what)).size, names.length);
});

test("rows and distinct values of the same orphans are one finding in two units", () => {
  const [rows, values] = [
    "artist_aliases_v1.orphan_artist_id_rows",
    "artist_aliases_v1_typed.orphan_artist_id",
  ];
  assert.deepEqual([countedBy(rows ?? "")?.unit, countedBy(values ?? "")?.unit], ["rows", "values"]);
});

test("groups the checks of a manifest by what they found and how severe it is", () => {
  const checks = [
    "WARN artist_memberships_v1_typed.orphan_group_id",
    "CRITICAL release_artists_v1.orphan_release_id",
    "WARN artists_v1.empty_name",
    "WARN artist_memberships_v1.orphan_group_ids",
    "WARN warehouse.release_artists_v1.orphan_release_ids",
    "WARN artists_v1.empty_name",
  ];
  assert.deepEqual(findingsOf(checks), [
    ["WARN artist_memberships_v1.orphan_group_ids", "WARN artist_memberships_v1_typed.orphan_group_id"],
    ["CRITICAL release_artists_v1.orphan_release_id"],
    ["WARN artists_v1.empty_name"],
    ["WARN warehouse.release_artists_v1.orphan_release_ids"],
  ]);
});
