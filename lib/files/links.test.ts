import assert from "node:assert/strict";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { discardRun } from "../lake/discard.ts";
import { sealRun } from "../lake/seal.ts";
import { makeBuildingRun, makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { scratchDirectory } from "../lake/testing/scratch.ts";
import { promote } from "../promotion/promote.ts";
import { rollback } from "../promotion/rollback.ts";
import { changeMode, openToWrite, writeFileAtomic } from "./files.ts";
import { assertWritable } from "./guard.ts";
import { buildingDir, lakePaths, sealedDir } from "./paths.ts";

const RUN = "2025-12__20260120_194923";
const BEFORE = "2025-11__20251220_000000";

/** A directory outside of the lake, with a file that must not change. */
function outside() {
  const dir = scratchDirectory();
  const file = join(dir, "kept");
  writeFileSync(file, "kept", { mode: 0o644 });
  const assertKept = () => {
    assert.equal(readFileSync(file, "utf8"), "kept");
    assert.equal(statSync(file).mode & 0o777, 0o644);
    assert.equal(statSync(dir).mode & 0o200, 0o200);
  };
  return { dir, file, assertKept };
}

test("does not seal a run that contains a symbolic or hard link, and does not touch its target", async () => {
  const { dir, file, assertKept } = outside();
  const put: [string, (place: string) => void, RegExp][] = [
    ["_reports/notes.csv", (place) => symlinkSync(file, place), /notes\.csv is a symbolic link/],
    ["_reports/all", (place) => symlinkSync(dir, place), /_reports\/all is a symbolic link/],
    [
      "releases_v6/part-00001.parquet",
      (place) => linkSync(file, place),
      /part-00001\.parquet is .*hard link/,
    ],
    ["labels_v10/dangling", (place) => symlinkSync("nowhere", place), /dangling is a symbolic link/],
  ];
  const lake = makeLake();
  const run = await makeBuildingRun(lake, RUN);
  for (const [name, make, message] of put) {
    make(join(run.dir, name));
    await assert.rejects(sealRun(lake, RUN), { name: "CheckFailedError", message });
    assert.equal(existsSync(sealedDir(lake, RUN)), false);
    rmSync(join(run.dir, name));
    assertKept();
  }
  await sealRun(lake, RUN);
});

test("neither seals nor writes a building run that is a link", async () => {
  const lake = makeLake();
  const run = await makeBuildingRun(lake, RUN);
  const elsewhere = join(scratchDirectory(), "run");
  renameSync(run.dir, elsewhere);
  mkdirSync(join(elsewhere, "_tmp.releases_v6.1"));
  symlinkSync(elsewhere, run.dir);
  await assert.rejects(sealRun(lake, RUN), /symbolic link/);
  assert.equal(lstatSync(buildingDir(lake, RUN)).isSymbolicLink(), true);
  assert.equal(existsSync(sealedDir(lake, RUN)), false);
  assert.equal(statSync(join(elsewhere, "releases_v6")).mode & 0o200, 0o200);
  assert.equal(existsSync(join(elsewhere, "_tmp.releases_v6.1")), true);
  await discardRun(lake, RUN);
  assert.equal(existsSync(join(elsewhere, "run.json")), true);
});

test("does not record promotions through a link", async () => {
  const { file, assertKept } = outside();
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  symlinkSync(file, lakePaths(lake).promotions);
  await assert.rejects(promote(lake, RUN), /not a promotion|symbolic link/);
  writeFileSync(file, "");
  await assert.rejects(promote(lake, RUN), /promotions\.jsonl is a symbolic link/);
  assert.equal(readFileSync(file, "utf8"), "");
  assert.equal(existsSync(join(lake, "active")), false);
  writeFileSync(file, "kept");
  assertKept();
});

test("never writes files or modes through a link", async () => {
  const { dir, file, assertKept } = outside();
  const link = join(scratchDirectory(), "link");
  symlinkSync(file, link);
  for (const how of ["append", "replace"] as const) {
    await assert.rejects(openToWrite(link, how), /symbolic link, which is never written through/);
  }
  await assert.rejects(changeMode(link, 0o555), { code: "ELOOP" });
  const lake = makeLake();
  mkdirSync(join(lake, "_meta"));
  symlinkSync(dir, join(lake, "_meta", "duckdb_catalog"));
  await assert.rejects(
    writeFileAtomic(join(lake, "_meta", "duckdb_catalog", "kept"), "new"),
    /symbolic link/,
  );
  assertKept();
});

test("a lake, its _runs and _meta may be links to other disks, and so may a sealed run", async () => {
  const disk = scratchDirectory();
  const lake = join(scratchDirectory(), "lake");
  mkdirSync(join(disk, "lake"));
  symlinkSync(join(disk, "lake"), lake);
  for (const name of ["_runs", "_meta"]) {
    mkdirSync(join(disk, name));
    symlinkSync(join(disk, name), join(lake, name));
  }
  await makeSealedRun(lake, BEFORE);
  await makeSealedRun(lake, RUN);
  for (const run of [BEFORE, RUN]) await promote(lake, run);
  assert.equal((await rollback(lake)).to, BEFORE);
  assertWritable(join(lake, "active", "_reports", "new.csv"));
  assert.throws(() => assertWritable(join(lake, "active", "new.csv")), /sealed run/);
});
