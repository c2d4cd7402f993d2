import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { allTables } from "../datasets/index.ts";
import { datasetName } from "./done.ts";
import {
  chosenDatasets,
  datasetsOfRun,
  extractedOfRun,
  requireSameChoice,
  runDatasetsProblem,
} from "./run_datasets.ts";

const RUN = "2026-01__20260120_194923";
const namesOf = (datasets: readonly { directory: string }[]) =>
  datasets.map(({ directory }) => datasetName(directory));
const required = namesOf(allTables.filter((table) => table.required));

function begun(choice: string, datasets: string[] = namesOf(chosenDatasets(choice))) {
  return { run_id: RUN, parameters: { datasets: choice }, datasets };
}

function refused(act: () => unknown, message: RegExp): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof ExpectedError);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
}

test("resolves a choice to datasets in the order of a run, without the collection", () => {
  assert.deepEqual(namesOf(chosenDatasets("historical")), required);
  const all = allTables.filter(({ kind }) => kind !== "optional");
  assert.deepEqual(namesOf(chosenDatasets("all")), namesOf(all));
  assert.deepEqual(namesOf(chosenDatasets("releases_v6")), required);
  refused(() => chosenDatasets("collection"), /not "collection"/);
});

test("refuses an unknown dataset with the nearest one, without repeating the rest of a list", () => {
  refused(
    () => chosenDatasets("relases_v6,labels_v10"),
    /^datasets must be all, historical, or a comma-separated list of dataset names: not "relases_v6", did you mean releases_v6\?$/,
  );
  refused(() => chosenDatasets("historcal"), /did you mean historical\?$/);
  refused(
    () => chosenDatasets("nothing_like_it"),
    /not "nothing_like_it"; choose from all, historical, artists_v1_typed, /,
  );
});

for (const [choice, problem] of [
  [" all", undefined],
  ["labels_v10, releases_v6", undefined],
  [
    "relases_v6,masters_v1_typed,lables_v10,lables_v10",
    /^not "relases_v6" or "lables_v10", did you mean releases_v6 and labels_v10\?$/,
  ],
  [
    "lables_v10,nothing_like_it",
    /^not "lables_v10" or "nothing_like_it"; choose from artists_v1_typed, .*[^?]$/,
  ],
  ["all,releases_v6", /^"all" stands alone, without names of datasets$/],
  ["releases_v6,historical,x", /^"historical" stands alone, without names of datasets$/],
  ["historcal,releases_v6", /^not "historcal"; choose from artists_v1_typed, /],
  ["labels_v10,,x", /^a name in it is empty$/],
  [",,", /^a name in it is empty$/],
] as const) {
  test(`what is wrong with the choice "${choice}": ${problem ?? "nothing"}`, () => {
    const found = runDatasetsProblem(choice);
    if (problem === undefined) assert.equal(found, undefined);
    else assert.match(found ?? "", problem);
  });
}

test("a run has the datasets it was begun with, or the historical ones if begun before choices existed", () => {
  assert.deepEqual(namesOf(datasetsOfRun(begun("historical"))), required);
  assert.deepEqual(namesOf(datasetsOfRun({ run_id: RUN, parameters: {} })), required);
  const one = begun("releases_v6", ["releases_v6", "release_style_xref_v1"]);
  assert.deepEqual(namesOf(datasetsOfRun(one)), ["releases_v6", "release_style_xref_v1"]);
  assert.deepEqual(namesOf(extractedOfRun(one)), ["releases_v6"]);
  refused(
    () => datasetsOfRun(begun("all", ["releases_v6", "releases_v7"])),
    /^run \S+ was begun by another version of the code, with releases_v7: discard it with bin\/lake discard_run 20/,
  );
});

test("a run is resumed only with a choice of the same datasets", () => {
  requireSameChoice(begun("historical"), "historical");
  requireSameChoice(begun("historical"), "releases_v6");
  requireSameChoice({ run_id: RUN, parameters: {} }, "historical");
  refused(
    () => requireSameChoice(begun("releases_v6", ["releases_v6"]), "historical"),
    /^run 2026-01\S+ was begun with datasets=releases_v6, not historical: finish it that way, or remove it with bin\/lake discard_run 2026-01/,
  );
  refused(
    () => requireSameChoice(begun("all", ["releases_v6"]), "all"),
    /was begun with datasets=all, when that meant other datasets: finish/,
  );
});
