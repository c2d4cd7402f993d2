import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { allTables, extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { artistNameMapV1, artistNameMapV2, releaseStyleXrefV1 } from "../datasets/warehouse.ts";
import { datasetsMadeFrom, datasetsNamed } from "./datasets_named.ts";

const namesOf = (datasets: readonly TableDeclaration[]) => datasets.map(({ directory }) => directory);
const directories = (list: string, has = allTables) => namesOf(datasetsNamed(list, has));

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

test("what is made from some dumps alone: extracted, and of the warehouse what reads nothing else", () => {
  const ofOthers = extractedDatasets.filter(({ entity }) => entity !== "release");
  assert.deepEqual(
    new Set(datasetsMadeFrom("artists, masters,labels", allTables)),
    new Set([...ofOthers, artistNameMapV1, artistNameMapV2]),
  );
  const ofReleases = datasetsMadeFrom("releases", allTables);
  const xrefs = warehouseDatasets.filter((each) => each !== artistNameMapV1 && each !== artistNameMapV2);
  assert.deepEqual(
    namesOf(ofReleases.filter(({ kind }) => kind === "warehouse")),
    namesOf(xrefs),
    "label_release_counts_v1 too, which is made from an xref",
  );
  const ofAll = datasetsMadeFrom("artists,labels,masters,releases", allTables);
  assert.deepEqual(
    ofAll,
    allTables.filter(({ kind }) => kind !== "optional"),
  );
});

test("what is made from some dumps is selected of those that the run was begun with", () => {
  const required = allTables.filter((table) => table.required);
  const made = datasetsMadeFrom("artists", required);
  assert.deepEqual([made.includes(artistNameMapV1), made.includes(artistNameMapV2)], [true, false]);
  assert.deepEqual(datasetsMadeFrom("artists", [releaseStyleXrefV1]), []);
});

function refused(act: () => unknown, message: RegExp): void {
  assert.throws(act, (error) => error instanceof ExpectedError && message.test(error.message));
}

test("refuses what is not a dump with the nearest one, or a list of all", () => {
  for (const [given, message] of [
    ["artist", /^--made-from names "artist", which is not a dump, did you mean artists\?$/],
    [
      "labels_v10",
      /^--made-from names "labels_v10", which is not a dump; choose from artists, .*releases.*$/,
    ],
    ["", /^--made-from names "", which is not a dump; choose from /],
  ] as const) {
    refused(() => datasetsMadeFrom(`masters,${given}`, allTables), message);
  }
});

test("refuses unknown names with the nearest one, or a list of all", () => {
  for (const [given, message] of [
    ["lables_v10", /names "lables_v10", which is neither a dump nor a dataset, did you mean labels_v10\?$/],
    [
      "something_else",
      /names "something_else", which is neither a dump nor a dataset; choose from artists, .*labels_v10/,
    ],
  ] as const) {
    refused(() => datasetsNamed(`releases,${given}`, allTables), message);
  }
});
