import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { settleActive } from "../lib/checks/sanity_of_run.ts";
import type { Main } from "../lib/cli/command.ts";
import { silentLogger } from "../lib/cli/log.ts";
import { warehouseDatasets } from "../lib/datasets/index.ts";
import { lakePaths, sealedDir } from "../lib/files/paths.ts";
import { requiredDirectories } from "../lib/lake/building.ts";
import { parquetSanityResult, sanityResult } from "../lib/lake/reports.ts";
import { sealRun } from "../lib/lake/seal.ts";
import {
  makeBuildingRun,
  makeOriginalRun,
  makeSealedRun,
  makeUntestedRun,
} from "../lib/lake/testing/fixture_runs.ts";
import { promote } from "../lib/promotion/promote.ts";
import { rollback } from "../lib/promotion/rollback.ts";
import { temporaryLake } from "../lib/testing/run_fixture.ts";
import { type MainResult, runMain } from "../lib/testing/run_main.ts";
import { main as buildReleaseArtists } from "../pipelines/build_release_artists_xref_v1.ts";
import { main as buildReleaseLabels } from "../pipelines/build_release_label_xref_v1.ts";
import { main as buildStylesAndGenres } from "../pipelines/build_release_style_genre_xref_v1.ts";
import { main as rebuildNameMap } from "../pipelines/rebuild_artist_name_map_v1.ts";
import { main as query } from "../scripts/query.ts";
import { main as registerActive } from "../scripts/register_active.ts";
import { main as sanityReport } from "../scripts/sanity_report.ts";
import { main as parquetSanity } from "./parquet_sanity.ts";

const FIRST = "2026-01__20260120_194923";
const SECOND = "2026-02__20260220_194923";
const THIRD = "2026-03__20260320_194923";
/** A run with two artists of the same id, which its reports miss, so that it can be promoted. */
const twice = { tables: { releases_v6: [{ release_id: 100 }, { release_id: 100 }, { release_id: 101 }] } };

const script = (main: Main, lake: string, ...args: string[]): Promise<MainResult> =>
  runMain(main, ["--lake", lake, ...args]);
const reports = (dir: string, kind: string) =>
  readdirSync(join(dir, "_reports")).filter((name) => name.startsWith(kind));

async function promoted(t: TestContext): Promise<string> {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, FIRST);
  await promote(lake, FIRST);
  return lake;
}

test("the test of the run reuses checks of single datasets, which sealing removes", async (t) => {
  const lake = temporaryLake(t);
  const { dir } = await makeUntestedRun(lake, FIRST);
  const some = await script(parquetSanity, lake, "--run-id", FIRST, "--datasets", "releases_v6, labels_v10");
  assert.deepEqual([some.code, reports(dir, "parquet_sanity")], [0, []], some.stderr);
  assert.match(some.stdout, /^ok +CRITICAL +releases_v6\.files/m);
  assert.doesNotMatch(some.stdout, /artists_v1_typed/);
  const made = await script(parquetSanity, lake, "--run-id", FIRST, "--made-from", "masters,labels");
  assert.equal(made.code, 0, made.stderr);
  const whole = await script(parquetSanity, lake, "--run-id", FIRST, "--json");
  assert.deepEqual(JSON.parse(whole.stdout).checked_before, [
    "masters_v1_typed",
    "releases_v6",
    "labels_v10",
  ]);
  assert.equal((await script(sanityReport, lake, "--run-id", FIRST)).code, 0);
  const root = await script(parquetSanity, lake, "--root", dir, "--datasets", "releases_v6");
  assert.equal(root.code, 2);
  assert.match(root.stderr, /--datasets needs a run of a lake, not --root/);
  await sealRun(lake, FIRST);
  assert.equal(readdirSync(sealedDir(lake, FIRST)).includes("_checked"), false);
  await makeUntestedRun(lake, SECOND);
  for (const [args, says] of [
    [
      ["--datasets", "lables"],
      /--datasets names "lables", which is neither a dump nor a dataset, did you mean labels\?/,
    ],
    [["--datasets", "releases_v6", "--fast"], /--fast conflicts with --datasets/],
    [
      ["--made-from", "labels,lables"],
      /--made-from names "lables", which is not a dump, did you mean labels\?/,
    ],
    [["--made-from", "labels", "--fast"], /--fast conflicts with --made-from/],
    [
      ["--made-from", "labels", "--datasets", "labels_v10"],
      /--made-from conflicts with --datasets: omit one/,
    ],
  ] as const) {
    const refused = await script(parquetSanity, lake, "--run-id", SECOND, ...args);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, says);
  }
});

test("the checks of a building run write reports that sealing accepts", async (t) => {
  const lake = temporaryLake(t);
  const { dir } = await makeUntestedRun(lake, FIRST);
  const since = new Date();
  const tested = await script(parquetSanity, lake, "--session-time", "2026-01-20T19:49:23+00:00");
  assert.deepEqual(
    [tested.code, /^ok +CRITICAL +releases_v6\.files/m.test(tested.stdout)],
    [0, true],
    tested.stderr,
  );
  assert.equal((await parquetSanityResult(dir, FIRST, since)).passed, true);
  const reported = await script(sanityReport, lake, "--run-id", FIRST);
  assert.equal(reported.code, 0, reported.stderr);
  const result = await sanityResult(dir, FIRST);
  assert.deepEqual([result.passed, result.checks], [true, 20]);
  assert.deepEqual(readdirSync(join(lake, "_runs")), [`_building.${FIRST}`]);
});

test("names all failed checks, exits with 1, and records them in the report", async (t) => {
  const lake = temporaryLake(t);
  const { dir } = await makeUntestedRun(lake, FIRST, twice);
  const tested = await script(parquetSanity, lake, "--run-id", FIRST, "--min-rows", "labels_v10=2");
  assert.equal(tested.code, 1);
  assert.match(
    tested.stderr,
    /6 checks of .* failed: labels_v10\.rows, releases_v6\.duplicate_release_id, release_artists_v1\.recomputed, /m,
  );
  assert.equal((await parquetSanityResult(dir, FIRST, new Date(0))).passed, false);
  const reported = await script(sanityReport, lake, "--run-id", FIRST);
  assert.equal(reported.code, 1);
  assert.match(reported.stderr, /failed: releases_ref_v6\.duplicate_release_ids$/m);
  assert.equal((await sanityResult(dir, FIRST)).passed, false);
});

test("refuses a directory that is not a run in one short line", async (t) => {
  const lake = temporaryLake(t);
  const refused = await script(parquetSanity, lake, "--root", lake);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /error: .* is not a run: it has no manifest\.json, run\.json or dataset\n$/);
  const report = await script(sanityReport, lake, "--run", lake);
  assert.equal(report.code, 2);
  assert.match(
    report.stderr,
    /: error: \S+ lacks datasets that the report reads: artists_v1_typed, .*, warehouse_discogs\/release_genre_xref_v1\n$/,
  );
});

test("refuses a second choice of the run, and a rollback without the active one", async (t) => {
  const lake = temporaryLake(t);
  for (const [main, words, message] of [
    [parquetSanity, ["--root", lake, "--run-id", FIRST], "--root conflicts with --run-id: omit one of them"],
    [sanityReport, ["--run", lake, "--run-id", FIRST], "--run conflicts with --run-id: omit one of them"],
    [rebuildNameMap, ["--run", lake, "--run-id", FIRST], "--run conflicts with --run-id: omit one of them"],
    [sanityReport, ["--active", "--run", lake], "--active conflicts with --run: omit one of them"],
    [sanityReport, ["--active", "--run-id", FIRST], "--active conflicts with --run-id: omit one of them"],
    [sanityReport, ["--run-id", FIRST, "--auto-rollback", "true"], "--auto-rollback needs --active"],
  ] as const) {
    const { code, stderr } = await script(main, lake, ...words);
    assert.equal(code, 2);
    assert.ok(stderr.endsWith(`: error: ${message}\n`), stderr);
  }
});

test("tests a sealed run again only by its directory, also as JSON", async (t) => {
  const lake = temporaryLake(t);
  const dir = await makeSealedRun(lake, FIRST);
  const before = readdirSync(join(dir, "_reports"));
  const again = await script(parquetSanity, lake, "--run-id", FIRST);
  assert.deepEqual([again.code, again.stdout], [0, ""]);
  const byRoot = await script(parquetSanity, lake, "--root", dir, "--json", "--fast");
  assert.equal(byRoot.code, 0, byRoot.stderr);
  const { run_id, passed, fast } = JSON.parse(byRoot.stdout);
  assert.deepEqual([run_id, passed, fast], [FIRST, true, true]);
  assert.deepEqual(readdirSync(join(dir, "_reports")), before);
  const least = join(temporaryLake(t), "least.json");
  writeFileSync(least, '{"labels_v10": 2}');
  const reported = await script(parquetSanity, lake, "--root", dir, "--min-rows-file", least, "--report");
  assert.deepEqual(
    [reported.code, /failed: labels_v10\.rows$/m.test(reported.stderr)],
    [1, true],
    reported.stderr,
  );
  assert.equal(readdirSync(join(dir, "_reports")).length, before.length + 1);
});

test("hive.discogs has the active run's tables and seven views, is safe to repeat, and follows the link", async (t) => {
  const lake = await promoted(t);
  const registered = await script(registerActive, lake);
  assert.equal(
    registered.stdout,
    `hive.discogs is run ${FIRST}: 12 tables, 7 views (duckdb)\n`,
    registered.stderr,
  );
  const catalog = () => readFileSync(join(lake, "_meta/duckdb_catalog/discogs.json"), "utf8");
  const before = catalog();
  assert.equal((await script(registerActive, lake)).code, 0);
  assert.equal(catalog(), before);
  await makeSealedRun(lake, SECOND, {
    tables: { labels_v10: [{ label_id: 7, name: "A,\nB" }], collection: [{ instance_id: 1 }] },
  });
  await promote(lake, SECOND);
  const select =
    "SELECT l.label_id, l.name, x.label_norm FROM hive.discogs.labels_ref_v10 l, hive.discogs.release_label_xref_v1_dedup x ORDER BY x.release_id";
  const csv = await script(query, lake, select, "--csv");
  assert.equal(csv.stdout, 'label_id,name,label_norm\n7,"A,\nB",svek\n7,"A,\nB",svek\n', csv.stderr);
  assert.match((await script(registerActive, lake)).stdout, /13 tables, 7 views/);
  await promote(lake, FIRST, { allowOlder: true });
  assert.match((await script(registerActive, lake)).stdout, /12 tables, 7 views/);
  const nothing = await script(query, lake, " ");
  assert.deepEqual([nothing.code, nothing.stderr], [2, "scripts/query.ts: error: no statement to run\n"]);
  const table = await script(query, lake, "SELECT artist_id, name FROM hive.discogs.artists_v1 ORDER BY 1");
  assert.equal(table.stdout, "artist_id  name\n        1  The Persuader\n        2  Folk, World & Country\n");
});

test("without its engine, registering exits with 1 and keeps active, and repeating succeeds", async (t) => {
  const lake = await promoted(t);
  const away = { TRINO_URL: "http://127.0.0.1:1", TRINO_TIMEOUT: "0.5" };
  const { code, stdout, stderr } = await runMain(registerActive, ["--lake", lake], away);
  assert.deepEqual([code, stdout], [1, ""], stderr);
  assert.match(
    stderr,
    /error: hive\.discogs is not up to date .*repeat this command\): Trino at http:\/\/127\.0\.0\.1:1: .*refused$/m,
  );
  assert.equal(readlinkSync(join(lake, "active")), `_runs/${FIRST}`);
  assert.equal((await script(registerActive, lake)).code, 0);
});

test("registers a schema only for a promoted run", async (t) => {
  const lake = temporaryLake(t);
  const refused = async (says: RegExp) => {
    const { code, stderr } = await script(registerActive, lake);
    assert.deepEqual([code, says.test(stderr)], [1, true], stderr);
  };
  await refused(/active does not exist: promote a run first/);
  await makeOriginalRun(lake, FIRST);
  symlinkSync(`_runs/${FIRST}`, join(lake, "active"));
  await refused(/not sealed and was not promoted here/);
  assert.equal((await script(registerActive, lake, "--allow-unsealed")).code, 0);
  unlinkSync(join(lake, "active"));
  await promote(lake, FIRST, { allowUnsealed: true });
  assert.equal((await script(registerActive, lake)).code, 0);
  const { stdout } = await script(
    query,
    lake,
    "SELECT count(*) AS n, count(style_list) AS s FROM hive.discogs.releases_ref_v6",
  );
  assert.equal(stdout, "n  s\n2  0\n");
  const report = await script(sanityReport, lake, "--active");
  assert.equal(report.code, 0, report.stderr);
});

test("the report on the active run has its own name in the run; without a schema, the error tells what to do", async (t) => {
  const lake = await promoted(t);
  const dir = join(lake, "_runs", FIRST);
  const early = await script(sanityReport, lake, "--active");
  assert.match(early.stderr, /hive\.discogs is not registered: run bin\/lake register_active first/);
  await script(registerActive, lake);
  for (const count of [1, 2]) {
    const { code, stderr } = await script(sanityReport, lake, "--active");
    assert.equal(code, 0, stderr);
    assert.equal(reports(dir, "duckdb_sanity_active_").length, count);
  }
});

test("a false CRITICAL check keeps active and prints the rollback command, and auto-rollback runs it", async (t) => {
  const lake = await promoted(t);
  const dir = await makeSealedRun(lake, SECOND, twice);
  await promote(lake, SECOND);
  await script(registerActive, lake);
  const first = await script(sanityReport, lake, "--active", "--auto-rollback", "false");
  assert.equal(first.code, 1);
  assert.ok(first.stderr.includes(`bin/lake rollback --lake ${lake}`), first.stderr);
  assert.equal(readlinkSync(join(lake, "active")), `_runs/${SECOND}`);
  assert.equal(reports(dir, "duckdb_sanity_active_").length, 1);
  await makeSealedRun(lake, THIRD);
  await promote(lake, THIRD);
  const check = { name: "a", severity: "CRITICAL", value: 1n, ok: false, details: "" } as const;
  const report = { runId: SECOND, path: "report.csv", checks: [check] };
  await assert.rejects(settleActive(lake, report, { autoRollback: true, env: {}, log: silentLogger }), {
    name: "CheckFailedError",
    message: new RegExp(`failed: a .*; rolling back failed: run ${THIRD} was made active in the meantime`),
  });
  assert.equal(
    readlinkSync(join(lake, "active")),
    `_runs/${THIRD}`,
    "the run before it is the one that failed",
  );
  await rollback(lake);
  // The record of promotions can't be read.
  const { promotions } = lakePaths(lake);
  renameSync(promotions, `${promotions}.away`);
  mkdirSync(promotions);
  await assert.rejects(settleActive(lake, report, { autoRollback: true, env: {}, log: silentLogger }), {
    name: "CheckFailedError",
    message:
      /failed: a .*; rolling back failed: .*is a directory .*; to roll back: bin\/lake rollback --lake /,
  });
  rmdirSync(promotions);
  renameSync(`${promotions}.away`, promotions);
  const second = await script(sanityReport, lake, "--active", "--auto-rollback", "true");
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`rolled back to run ${FIRST}`));
  assert.equal(readlinkSync(join(lake, "active")), `_runs/${FIRST}`);
});

test("the report on the active run fails when a table has other rows than in the manifest", async (t) => {
  const lake = await promoted(t);
  const dir = await makeSealedRun(lake, SECOND, { tables: { release_genre_xref_v1: [] } });
  await promote(lake, SECOND);
  await script(registerActive, lake);
  const styles = join(dir, "warehouse_discogs/release_style_xref_v1");
  chmodSync(styles, 0o755);
  rmSync(join(styles, "data.parquet"));
  copyFileSync(
    join(dir, "warehouse_discogs/release_genre_xref_v1/data.parquet"),
    join(styles, "data.parquet"),
  );
  const { code, stdout, stderr } = await script(sanityReport, lake, "--active");
  assert.equal(code, 1, stderr);
  assert.match(stdout, /manifest\.rows +1 .*; release_style_xref_v1 has 0 of 2$/m);
  assert.match(stderr, /CRITICAL checks of the active run \S+ failed: manifest\.rows \(/);
});

test("builds the warehouse of a run once, keeps it if it passes verification, and rebuilds it if damaged", async (t) => {
  const lake = temporaryLake(t);
  const without = warehouseDatasets.map(({ directory }) => directory);
  const { dir } = await makeUntestedRun(lake, FIRST, { without });
  const build = (main: Main) => script(main, lake, "--run-id", FIRST, "--threads", "1");
  for (const main of [rebuildNameMap, buildReleaseArtists, buildReleaseLabels, buildStylesAndGenres]) {
    assert.equal((await build(main)).code, 0);
  }
  assert.equal(readdirSync(join(dir, "_done")).length, requiredDirectories.length);
  const record = JSON.parse(readFileSync(join(dir, "_done/release_label_xref_v1.json"), "utf8"));
  assert.deepEqual([record.rows, record.counts, record.sources[0].name], [2, { no_name: 0 }, "releases_v6"]);
  assert.match((await build(buildReleaseLabels)).stderr, /label_release_counts_v1: done and verified, kept/);
  rmSync(join(dir, "warehouse_discogs/release_label_xref_v1/data.parquet"));
  const again = await build(buildReleaseLabels);
  assert.match(again.stderr, /release_label_xref_v1: 2 rows/);
  assert.match(again.stderr, /label_release_counts_v1: done and verified, kept/);
  const tested = await script(parquetSanity, lake, "--run-id", FIRST);
  assert.equal(tested.code, 0, tested.stderr);
});

test("refuses to build the warehouse of a building run by its directory", async (t) => {
  const { dir } = await makeBuildingRun(temporaryLake(t), FIRST);
  const { code, stderr } = await runMain(rebuildNameMap, ["--run", dir]);
  assert.deepEqual([code, /select it with --lake and --run-id/.test(stderr)], [2, true]);
});
