import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccepted, parseAcceptedDrift, requireKnown } from "./accepted_drift.ts";
import { countCheck } from "./check.ts";

test("parses true, false and lists of names", () => {
  assert.equal(parseAcceptedDrift("true"), "all");
  assert.deepEqual(parseAcceptedDrift("false"), []);
  assert.deepEqual(parseAcceptedDrift("releases_v6.status, labels_v10.rows"), [
    "releases_v6.status",
    "labels_v10.rows",
  ]);
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
    assert.throws(() => parseAcceptedDrift(text), /must be true, false or names like releases_v6\.status/);
  }
  assert.throws(
    () => parseAcceptedDrift("releases.status"),
    /releases is not a dataset; the datasets are artists_v1_typed, /,
  );
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

test("refuses an unknown name and lists the known ones", () => {
  const checks = [
    countCheck("labels_v10.no_name", "CRITICAL", 0n, ""),
    countCheck("labels_v10.rows", "CRITICAL", 0n, ""),
  ];
  requireKnown(["labels_v10.no_name", "releases_v6.status", "releases_v6.status.distinct"], checks);
  requireKnown("all", []);
  assert.throws(
    () => requireKnown(["labels_v10.no_nmae"], checks),
    /"labels_v10\.no_nmae", which is neither a column nor a check; the checks of labels_v10 are labels_v10\.no_name, labels_v10\.rows/,
  );
  assert.throws(() => requireKnown(["releases_v6.status.size"], checks), /neither a column nor a check$/);
});
