import assert from "node:assert/strict";
import { test } from "node:test";
import { type Choices, chooseDatasets, extractorChoices, makeable, runChoices } from "./choose.ts";
import { canonicalDatasets, warehouseDatasets } from "./index.ts";
import type { Reference, TableDeclaration } from "./types.ts";

interface Fixture extends TableDeclaration {
  reads?: readonly TableDeclaration[];
}

function fixture(name: string, kind: TableDeclaration["kind"], more: Partial<Fixture> = {}): Fixture {
  const required = kind === "canonical";
  return { directory: name, table: `${name}_table`, kind, required, about: "", columns: [], ...more };
}

const to = (table: string): Reference => ({
  columns: ["id"],
  to: { table: `${table}_table`, columns: ["id"] },
  severity: "INFO",
});

const releases = fixture("releases", "canonical");
const artists = fixture("artists", "canonical");
const tracks = fixture("tracks", "detail", { references: [to("releases"), to("tracks")] });
const credits = fixture("credits", "detail", { references: [to("releases"), to("tracks"), to("artists")] });
const notes = fixture("notes", "detail", { references: [to("credits")] });
const names = fixture("names", "detail", { references: [to("artists")] });
const xref = fixture("warehouse_discogs/xref", "warehouse", { required: true, reads: [releases] });
const map = fixture("warehouse_discogs/map", "warehouse", { reads: [artists, names] });
const all = [releases, artists, tracks, credits, notes, names, xref, map];

function chosen(choice: string, choices: Choices, candidates: readonly Fixture[] = all): string {
  const outcome = chooseDatasets(choice, candidates, choices);
  if ("unknown" in outcome) return `unknown: ${outcome.unknown.join(" ")}`;
  return outcome.datasets.map(({ directory }) => directory.replace("warehouse_discogs/", "")).join(" ");
}

for (const [choice, expected] of [
  ["all", "releases artists tracks credits notes names xref map"],
  ["historical", "releases artists xref"],
  ["tracks", "releases artists tracks xref"],
  ["credits", "releases artists tracks credits xref"],
  ["notes, names", "releases artists tracks credits notes names xref"],
  ["map", "releases artists names xref map"],
  ["releases", "releases artists xref"],
  ["track", "unknown: track"],
  ["tracks,,TRACKS", "unknown:  TRACKS"],
  ["historical,tracks", "unknown: historical"],
  ["details", "unknown: details"],
  ["toString", "unknown: toString"],
  ["", "unknown: "],
] as const) {
  test(`a run of "${choice}" has: ${expected}`, () => {
    assert.equal(chosen(choice, runChoices), expected);
  });
}

test("an extractor makes details, with the historical ones only when they are asked for", () => {
  const ofReleases = [releases, tracks, credits, notes];
  const choose = (choice: string) => chosen(choice, extractorChoices, ofReleases);
  assert.equal(choose("details"), "tracks credits notes");
  assert.equal(choose("all"), "releases tracks credits notes");
  assert.equal(choose("credits"), "tracks credits");
  assert.equal(choose("credits,releases"), "releases tracks credits");
  assert.equal(choose("historical"), "unknown: historical");
  assert.equal(choose("names"), "unknown: names", "another dump's");
});

test("of the warehouse what has all that it reads can be made, directly or by way of another", () => {
  const summary = fixture("warehouse_discogs/summary", "warehouse", { reads: [map] });
  const made = (...datasets: Fixture[]) => makeable(datasets).map(({ directory }) => directory);
  assert.deepEqual(made(releases, artists, xref, map, summary), [
    "releases",
    "artists",
    "warehouse_discogs/xref",
  ]);
  assert.deepEqual(made(artists, names, map, summary), [
    "artists",
    "names",
    "warehouse_discogs/map",
    "warehouse_discogs/summary",
  ]);
});

test("the historical datasets of the project are those of the data contract", () => {
  const candidates: TableDeclaration[] = [...canonicalDatasets, ...warehouseDatasets];
  const outcome = chooseDatasets("historical", candidates, runChoices);
  assert.ok("datasets" in outcome);
  assert.deepEqual(
    outcome.datasets.map(({ table }) => table),
    [
      "artists_v1_typed",
      "artist_aliases_v1_typed",
      "artist_memberships_v1_typed",
      "masters_v1_typed",
      "releases_ref_v6",
      "labels_ref_v10",
      "artist_name_map_v1",
      "release_artists_v1",
      "release_label_xref_v1",
      "label_release_counts_v1",
      "release_style_xref_v1",
      "release_genre_xref_v1",
    ],
  );
});
