import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../files/project_root.ts";
import type { DatasetMeasures } from "../lake/measures.ts";
import type { CheckResult } from "./check.ts";
import { expectedChecks, floorChecks } from "./floors.ts";

const failed = (checks: readonly CheckResult[]) => checks.filter(({ ok }) => !ok).map(({ name }) => name);
const measures = (columns: DatasetMeasures["columns"], references: DatasetMeasures["references"] = {}) => ({
  columns,
  references,
});

test("an expected column must have a value in a dataset of 1,000 rows", () => {
  const empty = measures({ country: { filled: 0 }, title: { filled: 1 } });
  const names = failed(expectedChecks("releases_v6", 1000, empty));
  assert.deepEqual(names.sort(), [
    "releases_v6.artists",
    "releases_v6.country",
    "releases_v6.formats",
    "releases_v6.genres",
    "releases_v6.labels",
    "releases_v6.released",
  ]);
  assert.deepEqual(expectedChecks("releases_v6", 999, empty), []);
});

const alone = (columns: DatasetMeasures["columns"], rows = 1000) =>
  failed(
    floorChecks(
      "artists_v1_typed",
      { rows, counts: {}, measures: measures(columns) },
      () => 0,
      () => "",
    ),
  );

test("names of a first month must be filled, short, varied and readable", () => {
  const good = { filled: 1000, distinct: 1000, bytes: 14_000, garbled: 0 };
  assert.deepEqual(alone({ name: good }), []);
  assert.deepEqual(alone({ name: { ...good, filled: 949 } }), ["artists_v1_typed.name"]);
  assert.deepEqual(alone({ name: { ...good, distinct: 99 } }), ["artists_v1_typed.name.distinct"]);
  assert.deepEqual(alone({ name: { ...good, bytes: 100_001 } }), ["artists_v1_typed.name.length"]);
  assert.deepEqual(alone({ name: { ...good, garbled: 21 } }), ["artists_v1_typed.name.garbled"]);
  assert.deepEqual(alone({ name: { ...good, filled: 1 } }, 999), [], "too few rows to tell");
});

test("artists require memberships, and no more rows may be dropped than kept", () => {
  const check = (rows: number, dropped: number, artists: number) =>
    failed(
      floorChecks(
        "artist_memberships_v1_typed",
        { rows, counts: { null_member_id: dropped }, measures: measures({}) },
        () => artists,
        () => "artists_v1_typed",
      ),
    );
  assert.deepEqual(check(0, 0, 999), []);
  assert.deepEqual(check(0, 0, 1000), ["artist_memberships_v1_typed.rows"]);
  assert.deepEqual(check(499, 501, 1000), ["artist_memberships_v1_typed.null_member_id"]);
  assert.deepEqual(check(500, 500, 1000), []);
  assert.deepEqual(
    check(0, 1000, 1000),
    ["artist_memberships_v1_typed.rows", "artist_memberships_v1_typed.null_member_id"],
    "as in a dump of names without ids",
  );
});

test("the page on supported dumps lists what a first month of names without ids has to accept", () => {
  const failedWithout = (name: string, ...reasons: string[]) => {
    const counts = Object.fromEntries(reasons.map((reason) => [reason, 1000]));
    const rowsOf = () => 1000;
    return failed(floorChecks(name, { rows: 0, counts, measures: measures({}) }, rowsOf, String));
  };
  const page = readFileSync(join(projectRoot, "docs", "vintages.md"), "utf8");
  assert.deepEqual(/`accept_drift=(\S+)`/.exec(page)?.[1]?.split(","), [
    ...failedWithout("artist_memberships_v1_typed", "null_group_id", "null_member_id"),
    ...failedWithout("artist_credits_v1", "null_artist_id"),
  ]);
});

test("not all references may be orphans, and in a whole month at most half", () => {
  const check = (references: number, orphans: number, targets: number) =>
    floorChecks(
      "masters_v1_typed",
      { rows: 1, counts: {}, measures: measures({}, { main_release_id: { references, orphans } }) },
      () => targets,
      () => "releases_v6",
    ).every(({ ok }) => ok);
  assert.deepEqual(
    [check(1000, 999, 1000), check(1000, 1000, 1000), check(99, 99, 1000)],
    [true, false, true],
  );
  assert.deepEqual([check(1000, 500, 100_000), check(1000, 501, 100_000)], [true, false]);
});
