import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { allTables, extractedDatasets } from "../datasets/index.ts";
import { datasetsNamed } from "./datasets_named.ts";

const directories = (list: string, has = allTables) =>
  datasetsNamed(list, has).map(({ directory }) => directory);

test("a dump's name selects all datasets extracted from it", () => {
  const ofReleases = extractedDatasets.filter(({ entity }) => entity === "release");
  assert.ok(ofReleases.length > 0);
  assert.deepEqual(
    directories("releases"),
    ofReleases.map(({ directory }) => directory),
  );
  assert.deepEqual(directories("artist_name_map_v1, labels_v10"), [
    "labels_v10",
    "warehouse_discogs/artist_name_map_v1",
  ]);
});

test("selects only datasets that the run was begun with", () => {
  const required = allTables.filter((table) => table.required);
  assert.deepEqual(directories("releases", required), ["releases_v6"]);
  assert.deepEqual(directories("labels_v10,release_tracks_v1", required), ["labels_v10"]);
  assert.deepEqual(directories("release_tracks_v1", required), []);
});

test("refuses unknown names with the nearest one, or a list of all", () => {
  for (const [given, message] of [
    ["lables_v10", /names "lables_v10", which is neither a dump nor a dataset, did you mean labels_v10\?$/],
    [
      "something_else",
      /names "something_else", which is neither a dump nor a dataset; choose from artists, .*labels_v10/,
    ],
  ] as const) {
    assert.throws(
      () => datasetsNamed(`releases,${given}`, allTables),
      (error) => error instanceof ExpectedError && message.test(error.message),
    );
  }
});
