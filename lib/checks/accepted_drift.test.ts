import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccepted, parseAcceptedDrift } from "./accepted_drift.ts";

test("parses true, false and lists of names", () => {
  assert.equal(parseAcceptedDrift("true"), "all");
  assert.deepEqual(parseAcceptedDrift("false"), []);
  assert.deepEqual(parseAcceptedDrift("releases_v6.status, labels_v10.rows"), [
    "releases_v6.status",
    "labels_v10.rows",
  ]);
});

test("accepts every kind of check, and a reference by its columns", () => {
  const names = [
    "labels_v10.columns",
    "labels_v10.no_name",
    "labels_v10.control_characters",
    "artist_name_map_v1.empty_norm_name",
    "release_artists_v1.no_name",
    "masters_v1_typed.year.distinct",
    "releases_v6.artist_refs.artist_id",
    "releases_v6.artist_refs.artist_id.orphans",
  ];
  assert.deepEqual(parseAcceptedDrift(names.join()), names);
});

test("refuses anything else, including a dataset alone and an unknown one", () => {
  for (const text of [
    "yes",
    "TRUE",
    "releases_v6",
    "releases_v6.",
    "true,releases_v6.status",
    "a b.c",
    ",",
  ]) {
    assert.throws(() => parseAcceptedDrift(text), /must be true, false, or names like releases_v6\.status/);
  }
  assert.throws(() => parseAcceptedDrift("TRUE"), /: "TRUE" is none of them, did you mean true\?$/);
});

test("a column accepts all of its checks and nothing else", () => {
  const accepted = ["releases_v6.status", "labels_v10.name.length"];
  for (const name of ["releases_v6.status", "releases_v6.status.distinct", "labels_v10.name.length"]) {
    assert.equal(isAccepted(accepted, name), true, name);
  }
  for (const name of [
    "releases_v6.status_text",
    "releases_v6.styles",
    "labels_v10.name",
    "releases_v6.rows",
  ]) {
    assert.equal(isAccepted(accepted, name), false, name);
  }
  assert.equal(isAccepted("all", "releases_v6.rows"), true);
});

test("refuses an unknown name in one short line with the closest one", () => {
  for (const [name, message] of [
    ["releases.status", "there is no dataset releases, did you mean releases_v6.status?"],
    ["labels_v10.no_nmae", "labels_v10 has no column or check no_nmae, did you mean labels_v10.no_name?"],
    ["releases_v6.staus", "releases_v6 has no column or check staus, did you mean releases_v6.status?"],
    [
      "releases_v6.status.lenght",
      "releases_v6 has no column or check status.lenght, did you mean releases_v6.status.length?",
    ],
    [
      "artist_name_map_v1.empty_nrom_name",
      "artist_name_map_v1 has no column or check empty_nrom_name, did you mean artist_name_map_v1.empty_norm_name?",
    ],
    ["releases_v6.foo", /^releases_v6 has no column or check foo; its columns are release_id, [\w, ]+$/],
    [
      "masters_v1_typed.year.filled",
      "masters_v1_typed has no column or check year.filled, did you mean masters_v1_typed.year?",
    ],
    ["nothing.like_it", /^there is no dataset nothing; the datasets are artists_v1_typed, [\w, ]+$/],
  ] as const) {
    assert.throws(
      () => parseAcceptedDrift(`labels_v10.rows, ${name}`),
      ({ message: given }: Error) => {
        const problem = given.replace(/^accept_drift must be .*, separated by commas: /, "");
        if (typeof message === "string") assert.equal(problem, message);
        else assert.match(problem, message);
        return given.length < 1000;
      },
      name,
    );
  }
});
