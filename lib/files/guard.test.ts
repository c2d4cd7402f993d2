import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { scratchDirectory } from "../lake/testing/scratch.ts";
import { assertRemovable, assertWritable } from "./guard.ts";

const RUN = "2025-12__20260120_194923";

function lakeWithRun() {
  const root = scratchDirectory();
  const run = join(root, "_runs", RUN);
  mkdirSync(join(run, "_reports"), { recursive: true });
  mkdirSync(join(run, "releases_v6"));
  writeFileSync(join(run, "releases_v6", "part-00000.parquet"), "x");
  writeFileSync(join(run, "_reports", "old.csv"), "x");
  symlinkSync(`_runs/${RUN}`, join(root, "active"));
  return { root, run };
}

const refused = (path: string) =>
  assert.throws(
    () => assertWritable(path),
    (error) => error instanceof ExpectedError && error.message.includes(RUN),
  );

test("nothing in a sealed run can be written, by whatever path", () => {
  const { root, run } = lakeWithRun();
  refused(run);
  refused(join(run, "manifest.json"));
  refused(join(run, "releases_v6", "part-00000.parquet"));
  refused(join(run, "new_directory", "x"));
  refused(join(root, "active"));
  refused(join(root, "active", "releases_v6", "part-00001.parquet"));
  refused(`${root}/_meta/../active/x`);
  refused(`${root}/active/../${RUN}/x`);
  symlinkSync(join(root, "active", "releases_v6"), join(root, "shortcut"));
  refused(join(root, "shortcut", "x"));
});

test("a run on another disk behind a link is protected as well", () => {
  const { root } = lakeWithRun();
  const elsewhere = scratchDirectory();
  const other = "2026-01__20260220_000000";
  symlinkSync(elsewhere, join(root, "_runs", other));
  symlinkSync(join(root, "_runs", other), join(elsewhere, "back"));
  assert.throws(() => assertWritable(join(root, "_runs", other, "x")), /sealed run 2026-01/);
  assert.throws(() => assertWritable(join(elsewhere, "back", "x")), /sealed run 2026-01/);
});

test("only a new report is allowed", () => {
  const { root, run } = lakeWithRun();
  assertWritable(join(run, "_reports", "new.csv"));
  assertWritable(join(root, "active", "_reports", "new.csv"));
  refused(join(run, "_reports"));
  refused(join(run, "_reports", "old.csv"));
  refused(join(run, "_reports", "folder", "new.csv"));
  symlinkSync("nowhere", join(run, "_reports", "dangling.csv"));
  refused(join(run, "_reports", "dangling.csv"));
});

test("building runs, names of future runs and everything else can be written", () => {
  const { root } = lakeWithRun();
  assertWritable(join(root, "_runs", `_building.${RUN}`, "releases_v6", "part-00000.parquet"));
  assertWritable(join(root, "_runs", "2026-01__20260220_000000"));
  assertWritable(join(root, "_meta", "promotions.jsonl"));
  assertWritable(join(root, "_runs", "20260117_192144", "x"));
  assertWritable(join(root, "elsewhere", RUN, "x"));
});

test("the content of a future run can't", () => {
  const { root } = lakeWithRun();
  assert.throws(() => assertWritable(join(root, "_runs", "2026-01__20260220_000000", "x")), ExpectedError);
});

test("the active link can be replaced, its target can't", () => {
  const { root } = lakeWithRun();
  assertWritable(join(root, "active"), { entry: true });
  assert.throws(() => assertWritable(join(root, "active", "_reports"), { entry: true }), ExpectedError);
});

test("a lake, its runs and a sealed run are never removed as a whole", () => {
  const { root, run } = lakeWithRun();
  assert.throws(() => assertRemovable(root), /holds the runs of a lake/);
  assert.throws(() => assertRemovable(join(root, "_runs")), /holds the runs of a lake/);
  assert.throws(() => assertRemovable(run), /sealed run/);
  assertRemovable(join(root, "_tmp_test"));
});

test("the active link and the lake's records are never removed or replaced by a directory", () => {
  const { root } = lakeWithRun();
  assert.throws(() => assertRemovable(join(root, "active")), /belongs to the lake/);
  assert.throws(() => assertRemovable(join(root, "_meta")), /belongs to the lake/);
  assertRemovable(join(root, "_meta", "trino"));
  assertRemovable(join(root, "_tmp_test", "active"));
});

test("a circle of links is an error, not a hang", () => {
  const { root } = lakeWithRun();
  symlinkSync("b", join(root, "a"));
  symlinkSync("a", join(root, "b"));
  assert.throws(() => assertWritable(join(root, "a", "x")), /too many symbolic links/);
});

test("an archived run can be removed: as a whole, with the record of its copy, and never the active one", () => {
  const { root, run } = lakeWithRun();
  const other = join(root, "_runs", "2025-11__20260120_194923");
  mkdirSync(join(other, "releases_v6"), { recursive: true });
  const leaves = (path: string) => assertWritable(path, { entry: true, archivedFrom: root });
  const isRefused = (path: string) =>
    assert.throws(() => leaves(path), /is in the sealed run .*, which is never changed/);
  isRefused(other);
  for (const runId of ["2025-11__20260120_194923", RUN]) {
    const record = join(root, "_meta", "archive", runId);
    mkdirSync(record, { recursive: true });
    writeFileSync(join(record, "archive.json"), "{}");
  }
  leaves(other);
  isRefused(join(other, "releases_v6"));
  isRefused(run);
  assert.throws(() => assertWritable(other, { entry: true }), /never changed/);
  assert.throws(() => assertRemovable(other), /never changed/);
});
