import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
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
import { DuckDBInstance } from "@duckdb/node-api";
import { main as makeFile } from "../../../scripts/make_duckdb_file.ts";
import { main as promoteScript } from "../../../scripts/promote.ts";
import { main as rollbackScript } from "../../../scripts/rollback.ts";
import { silentLogger } from "../../cli/log.ts";
import { duckdbFileLockPath, lakePaths, sealedDir } from "../../files/paths.ts";
import { projectRoot } from "../../files/project_root.ts";
import { detailTables } from "../../lake/testing/detail_tables.ts";
import { makeOriginalRun, makeSealedRun } from "../../lake/testing/fixture_runs.ts";
import { readActive, switchActive } from "../../promotion/active.ts";
import { shownIn, withDuckdbFile } from "../../testing/duckdb_file.ts";
import { temporaryLake } from "../../testing/run_fixture.ts";
import { runMain } from "../../testing/run_main.ts";
import { scriptArguments } from "../../testing/script_arguments.ts";
import { withReaders } from "../switch_active.ts";

const OLD = "2026-01__20260120_194923";
const NEW = "2026-02__20260220_194923";

const fileOf = (lake: string) => lakePaths(lake).duckdbFile;
const promote = (lake: string, ...args: string[]) => runMain(promoteScript, ["--lake", lake, ...args]);

async function ok(result: ReturnType<typeof runMain>): Promise<string> {
  const { code, stdout, stderr } = await result;
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/** A lake with a run of the historical datasets, and one with all. */
async function lakeOfTwo(lake: string): Promise<void> {
  await makeSealedRun(lake, OLD, { parameters: { datasets: "historical" } });
  const releases = [{ release_id: 100, released: "1999-03", released_year: 1999 }, { release_id: 101 }];
  await makeSealedRun(lake, NEW, {
    tables: { ...detailTables, artist_name_map_v2: [], artist_credits_v1: [], releases_v6: releases },
    parameters: { datasets: "all" },
  });
}

test("promotion and rollback rebuild the file with the run's datasets", async (t) => {
  const lake = temporaryLake(t);
  await lakeOfTwo(lake);
  await ok(promote(lake, OLD));
  const before = await shownIn(fileOf(lake));
  assert.equal(before.runId, OLD);
  assert.deepEqual(before.views, [
    "artist_aliases",
    "artist_memberships",
    "artist_name_map",
    "artists",
    "label_release_counts",
    "labels",
    "masters",
    "release_artists",
    "release_genres",
    "release_labels",
    "release_styles",
    "releases",
    "run",
  ]);
  await ok(promote(lake, NEW));
  const after = await shownIn(fileOf(lake));
  assert.equal(after.runId, NEW);
  for (const name of ["tracks", "credits", "release_videos", "sublabels", "artist_credits"]) {
    assert.ok(after.views.includes(name), name);
  }
  await ok(runMain(rollbackScript, ["--lake", lake]));
  assert.deepEqual(await shownIn(fileOf(lake)), before);
});

test("views have the run's rows and derived columns, and every view and column has a comment", async (t) => {
  const lake = temporaryLake(t);
  await lakeOfTwo(lake);
  await ok(promote(lake, NEW));
  await withDuckdbFile(fileOf(lake), async (query) => {
    assert.deepEqual(await query("SELECT * FROM run"), [
      [NEW, "2026-02", new Date("2026-02-01T00:00:00.000Z")],
    ]);
    assert.deepEqual(await query("SELECT release_id, released, year, decade FROM releases ORDER BY ALL"), [
      [100n, "1999-03", 1999n, 1990n],
      [101n, null, null, null],
    ]);
    assert.deepEqual(await query("SELECT year, decade, artist_refs[1].name FROM masters"), [
      [1999n, 1990n, "The Persuader"],
    ]);
    assert.deepEqual(await query("SELECT title FROM tracks WHERE kind = 'sub_track'"), [["Intro"]]);
    const [[columns = 0n, described] = []] = await query(
      "SELECT count(*), count(comment) FROM duckdb_columns() WHERE NOT internal",
    );
    assert.ok(Number(columns) > 150);
    assert.equal(described, columns);
    const views = await query("SELECT view_name, comment, sql FROM duckdb_views() WHERE NOT internal");
    for (const [name, comment, sql] of views) {
      assert.match(String(comment), /\.$/, String(name));
      if (name !== "run") assert.ok(String(sql).includes(`${sealedDir(lake, NEW)}/`), String(sql));
    }
    assert.deepEqual(
      await query(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'masters' AND column_name = 'year'",
      ),
      [['Year of the earliest release; 0, the dump\'s "none", means unknown.']],
    );
  });
});

test("old versions can open the file: storage version 64, complete, read-only", async (t) => {
  const lake = temporaryLake(t);
  await lakeOfTwo(lake);
  // Left by a program that opened an earlier file for writing.
  writeFileSync(`${fileOf(lake)}.wal`, "stale");
  await ok(promote(lake, OLD));
  assert.ok(!existsSync(`${fileOf(lake)}.wal`));
  assert.equal(statSync(fileOf(lake)).mode & 0o777, 0o444);
  const header = readFileSync(fileOf(lake));
  assert.deepEqual([header.toString("latin1", 8, 12), header.readBigUInt64LE(12)], ["DUCK", 64n]);
});

test("a program that has the file open keeps seeing its run", async (t) => {
  const lake = temporaryLake(t);
  await lakeOfTwo(lake);
  await ok(promote(lake, OLD));
  await withDuckdbFile(fileOf(lake), async (query) => {
    await ok(promote(lake, NEW));
    assert.deepEqual(await query("SELECT run_id, (SELECT count(*) FROM releases) FROM run"), [[OLD, 2n]]);
    assert.deepEqual(await query("SELECT max(styles) FROM releases"), [["Techno"]]);
  });
  assert.equal((await shownIn(fileOf(lake))).runId, NEW);
});

test("columns that a run of the Python original lacks are NULL", async (t) => {
  const lake = temporaryLake(t);
  await makeOriginalRun(lake, OLD);
  await ok(promote(lake, OLD, "--allow-unsealed"));
  await withDuckdbFile(fileOf(lake), async (query) => {
    assert.deepEqual(await query("SELECT run_id, dump_month, dump_date FROM run"), [[OLD, "2026-01", null]]);
    assert.deepEqual(await query("SELECT DISTINCT title, notes, year, decade FROM releases"), [
      ["Stockholm", null, null, null],
    ]);
  });
});

test("if it can't be built, the switch is kept, the old file is removed, and repeating builds it", async (t) => {
  const lake = temporaryLake(t);
  await makeOriginalRun(lake, NEW);
  await makeSealedRun(lake, OLD);
  await ok(promote(lake, OLD));
  const labels = join(sealedDir(lake, NEW), "labels_v10", "part-00000.parquet");
  const content = readFileSync(labels);
  writeFileSync(labels, "no Parquet");
  const { code, stdout, stderr } = await promote(lake, NEW, "--allow-unsealed");
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(
    stderr,
    /discogs\.duckdb was not built \(active is switched; run bin\/lake make_duckdb_file\)/,
  );
  assert.match(stderr, /labels_v10.*discogs\.duckdb, which may show another run, was removed\n$/);
  const active = await readActive(lake);
  assert.deepEqual([active.kind === "run" && active.runId, existsSync(fileOf(lake))], [NEW, false]);
  writeFileSync(labels, content);
  assert.match(await ok(promote(lake, NEW, "--allow-unsealed")), /already active/);
  assert.equal((await shownIn(fileOf(lake))).runId, NEW);
});

test("if the active run is damaged, the file of the same run is kept, and the damage is named", async (t) => {
  const lake = temporaryLake(t);
  await makeOriginalRun(lake, OLD);
  await ok(promote(lake, OLD, "--allow-unsealed"));
  const before = readFileSync(fileOf(lake));
  const labels = join(sealedDir(lake, OLD), "labels_v10");
  const damages = [
    [
      () => writeFileSync(join(labels, "part-00000.parquet"), "no Parquet"),
      /labels_v10\/part-00000\.parquet'?/,
    ],
    [() => rmSync(join(labels, "part-00000.parquet")), /labels_v10 has no Parquet file/],
  ] as const;
  for (const [damage, named] of damages) {
    damage();
    const { code, stdout, stderr } = await runMain(makeFile, ["--lake", lake]);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, named);
    assert.match(
      stderr,
      new RegExp(
        `error: run ${OLD} can't be read: .*discogs\\.duckdb, which shows the same run, was left unchanged\n$`,
      ),
    );
    assert.doesNotMatch(stderr, /CREATE VIEW|LINE 1/);
    assert.deepEqual(readFileSync(fileOf(lake)), before);
  }
});

test("a full disk is not blamed on the run", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, OLD);
  await ok(promote(lake, OLD));
  // Bash's blocks of 1024 bytes: the file can be made, but not the views.
  const command = 'ulimit -f 16; exec "$0" "$@"';
  const args = scriptArguments("scripts/make_duckdb_file.ts", "--lake", lake);
  const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath, ...args], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /: error: duckdb: .*Could not write file .*: File too large \(in: COMMIT\); /);
  assert.equal((await shownIn(fileOf(lake))).runId, OLD);
});

test("if its lock can't be taken, the old file is removed as well", async (t) => {
  const lake = temporaryLake(t);
  await lakeOfTwo(lake);
  await ok(promote(lake, OLD));
  const lock = duckdbFileLockPath(lake);
  mkdirSync(lock, { recursive: true });
  const { code, stderr } = await promote(lake, NEW);
  assert.notEqual(code, 0);
  assert.match(stderr, /duckdb_file\.lock.*discogs\.duckdb, which may show another run, was removed/);
  assert.equal(existsSync(fileOf(lake)), false);
  rmSync(lock, { recursive: true });
  await ok(promote(lake, NEW));
  assert.equal((await shownIn(fileOf(lake))).runId, NEW);
});

test("readers follow a switch whose last steps failed", async (t) => {
  const lake = temporaryLake(t);
  await lakeOfTwo(lake);
  await ok(promote(lake, OLD));
  const failure = new Error("the lock can't be released");
  const finished: string[] = [];
  const context = {
    lake,
    env: {},
    log: silentLogger,
    finish: async () => void finished.push("finish"),
  };
  const failing = async (runId: string | undefined) => {
    if (runId !== undefined) await switchActive(lake, runId);
    throw failure;
  };
  await assert.rejects(
    withReaders(context, NEW, () => failing(undefined)),
    failure,
  );
  assert.deepEqual([(await shownIn(fileOf(lake))).runId, finished], [OLD, []]);
  await assert.rejects(
    withReaders(context, NEW, () => failing(NEW)),
    failure,
  );
  assert.deepEqual([(await shownIn(fileOf(lake))).runId, finished], [NEW, ["finish"]]);
});

test("a switch fails with its own error even if active can't be read afterwards", async (t) => {
  const directory = temporaryLake(t);
  const lake = join(directory, "lake");
  mkdirSync(lakePaths(lake).runs, { recursive: true });
  const failure = new Error("the disk is gone");
  const warnings: string[] = [];
  const context = {
    lake,
    env: {},
    log: { ...silentLogger, warn: (line: string) => void warnings.push(line) },
  };
  const change = async () => {
    renameSync(lake, join(directory, "moved"));
    symlinkSync("lake", lake);
    throw failure;
  };
  await assert.rejects(withReaders(context, NEW, change), failure);
  assert.match(warnings.join(), /^ELOOP/);
});

test("the script rebuilds it after the lake was moved, and refuses without an active run", async (t) => {
  const directory = temporaryLake(t);
  const [lake, moved] = [join(directory, "lake"), join(directory, "it's moved")];
  mkdirSync(lakePaths(lake).runs, { recursive: true });
  await makeSealedRun(lake, OLD);
  await ok(promote(lake, OLD));
  renameSync(lake, moved);
  await assert.rejects(
    withDuckdbFile(fileOf(moved), (query) => query("SELECT * FROM labels")),
    /No files found/,
  );
  const made = await ok(runMain(makeFile, ["--lake", moved]));
  assert.equal(made, `${fileOf(moved)}: run ${OLD}, 13 views\n`);
  await withDuckdbFile(fileOf(moved), async (query) => {
    assert.deepEqual(await query("SELECT name FROM labels"), [["Svek"]]);
  });
  rmSync(lakePaths(moved).active);
  const refused = await runMain(makeFile, ["--lake", moved]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /active does not exist: promote a run first; .*was removed\n$/);
});

test("other databases can attach it, several at a time", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, OLD);
  await ok(promote(lake, OLD));
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run(`ATTACH '${fileOf(lake)}' AS discogs (READ_ONLY)`);
  await withDuckdbFile(fileOf(lake), async (query) => {
    const reader = await connection.runAndReadAll("SELECT count(*) FROM discogs.releases");
    assert.deepEqual(reader.getRowsJS(), await query("SELECT count(*) FROM releases"));
  });
  connection.closeSync();
  instance.closeSync();
});
