import assert from "node:assert/strict";
import { chmodSync, readlinkSync, renameSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { main as promoteScript } from "../../../scripts/promote.ts";
import { main as queryScript } from "../../../scripts/query.ts";
import { main as registerActiveScript } from "../../../scripts/register_active.ts";
import { main as rollbackScript } from "../../../scripts/rollback.ts";
import { main as sanityReportScript } from "../../../scripts/sanity_report.ts";
import { measureSwaps, QUERY_KINDS } from "../../bench/swap_bench.ts";
import type { Main } from "../../cli/command.ts";
import { silentLogger } from "../../cli/log.ts";
import { lakePaths, sealedDir } from "../../files/paths.ts";
import { schemaNameOf } from "../../files/run_id.ts";
import { makeLake, makeSealedRun } from "../../lake/testing/fixture_runs.ts";
import { promote } from "../../promotion/promote.ts";
import { type StartedEngine, testEngines } from "../../testing/engines.ts";
import { runMain } from "../../testing/run_main.ts";
import type { SqlEngine } from "../engine.ts";
import { faultName } from "./faults.ts";
import { trinoSettings } from "./settings.ts";
import { runStatement } from "./statement.ts";

const [JANUARY, FEBRUARY] = ["2026-01__20260110_194923", "2026-02__20260210_194923"];
const VIEWS = 19;
const LABELS = "SELECT min(name) FROM hive.discogs.labels_ref_v10";
const trino = testEngines.find(({ name }) => name === "trino");

describe("hive.discogs on Trino", { skip: trino === undefined }, () => {
  const lake = makeLake();
  let started: StartedEngine;
  const labels = (name: string) => ({ labels_v10: [{ label_id: 5, name }] });

  before(async () => {
    await makeSealedRun(lake, JANUARY, { tables: labels("January") });
    const collection = [{ instance_id: 1 }];
    await makeSealedRun(lake, FEBRUARY, { tables: { ...labels("February"), collection } });
    assert.ok(trino !== undefined);
    started = await trino.start(lake);
  });
  after(() => started?.stop());

  /** The rows that another client gets as `user`. */
  async function client(sql: string, user = "somebody"): Promise<unknown[][]> {
    const settings = trinoSettings({ ...started.env, TRINO_USER: user });
    const session = { settings, log: silentLogger, statements: 0 };
    return (await runStatement(session, sql, { reading: false })).rows;
  }
  async function ok(main: Main, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await runMain(main, ["--lake", lake, ...args], started.env);
    assert.equal(code, 0, stderr);
    return stdout;
  }
  async function withEngine<T>(use: (engine: SqlEngine) => Promise<T>): Promise<T> {
    const engine = await started.open();
    try {
      return await use(engine);
    } finally {
      await engine.close();
    }
  }
  const toActive = (runId: string) => ok(promoteScript, runId, "--allow-older");
  const kinds = async () => (await withEngine((engine) => engine.objects("discogs"))).map(({ kind }) => kind);

  test("tables through active, made by older versions, become views, and their files are kept", async () => {
    await promote(lake, JANUARY);
    await client("CREATE SCHEMA hive.discogs", "discogs");
    for (const [table, directory] of [
      ["labels_ref_v10", "labels_v10"],
      ["gone_v1", "releases_v6"],
    ]) {
      const location = `local:///active/${directory}`;
      const options = `external_location = '${location}', format = 'PARQUET'`;
      await client(`CREATE TABLE hive.discogs.${table} (name VARCHAR) WITH (${options})`, "discogs");
    }
    assert.equal(
      await ok(registerActiveScript),
      `hive.discogs is run ${JANUARY}: 12 tables, 7 views (trino)\n`,
    );
    assert.deepEqual(
      await kinds(),
      Array.from({ length: VIEWS }, () => "view"),
    );
    assert.deepEqual(await client(LABELS), [["January"]]);
    assert.deepEqual(await client("SELECT count(*) FROM hive.discogs.artists_v1"), [[2n]]);
  });

  test("a promotion registers the run and re-points the views, and a rollback points them back", async () => {
    assert.match(await toActive(FEBRUARY), /^promoted: run 2026-02/);
    assert.deepEqual(await client(LABELS), [["February"]]);
    assert.deepEqual(await client("SELECT instance_id FROM hive.discogs.collection"), [[1n]]);
    assert.match(await ok(sanityReportScript, "--active"), /artists_v1\.rows/);
    assert.match(await ok(rollbackScript), /^rolled back: run 2026-01/);
    assert.deepEqual(await client(LABELS), [["January"]]);
    assert.equal((await kinds()).length, VIEWS, "only February has a collection");
  });

  test("a table whose files are gone has no rows here, and the sanity report fails", async () => {
    const directory = join(sealedDir(lake, JANUARY), "warehouse_discogs/release_style_xref_v1");
    chmodSync(directory, 0o755);
    const file = join(directory, "data.parquet");
    renameSync(file, join(directory, "_data.parquet"));
    const styles = "SELECT count(*) FROM hive.discogs.release_style_xref_v1";
    assert.deepEqual(await client(styles), [[0n]]);
    const { code, stdout, stderr } = await runMain(
      sanityReportScript,
      ["--lake", lake, "--active"],
      started.env,
    );
    assert.equal(code, 1, stderr);
    assert.match(stdout, /manifest\.rows +1 .*; release_style_xref_v1 has 0 of 2$/m);
    assert.match(stderr, /failed: manifest\.rows \(/);
    renameSync(join(directory, "_data.parquet"), file);
    assert.match(await ok(sanityReportScript, "--active"), /^ok +CRITICAL +manifest\.rows/m);
  });

  test("a dry run changes neither the link nor a view", async () => {
    const before = readlinkSync(lakePaths(lake).active);
    assert.match(await ok(promoteScript, FEBRUARY, "--dry-run"), /^would be promoted/);
    assert.equal(readlinkSync(lakePaths(lake).active), before);
    assert.deepEqual(await client(LABELS), [["January"]]);
  });

  test("repeating a promotion completes an interrupted re-pointing", async () => {
    await promote(lake, FEBRUARY);
    await withEngine((engine) =>
      engine.view("discogs", "artists_v1", `SELECT * FROM hive.${schemaNameOf(FEBRUARY)}.artists_v1`),
    );
    assert.deepEqual(await client(LABELS), [["January"]], "the link alone changes no view");
    assert.match(await toActive(FEBRUARY), /^already active/);
    assert.deepEqual(await client(LABELS), [["February"]]);
  });

  test("a session of the scripts keeps the run that was active at its first query", async () => {
    await withEngine(async (engine) => {
      assert.deepEqual((await engine.query(LABELS)).rows, [["February"]]);
      await toActive(JANUARY);
      assert.deepEqual(await client(LABELS), [["January"]]);
      assert.deepEqual((await engine.query(LABELS)).rows, [["February"]]);
      assert.deepEqual((await engine.query("SELECT 'hive.discogs.x'")).rows, [["hive.discogs.x"]]);
    });
    assert.match(await ok(queryScript, LABELS), /January/);
  });

  test("names a run that is not registered on this Trino instead of reading the previous one", async () => {
    const other = "2026-03__20260310_194923";
    await makeSealedRun(lake, other, { tables: labels("March") });
    await promote(lake, other);
    const { code, stderr } = await runMain(queryScript, ["--lake", lake, LABELS], started.env);
    assert.deepEqual(
      [code, /hive\.discogs_r_2026_03\S* there yet: run bin\/lake register_active/.test(stderr)],
      [2, true],
      stderr,
    );
    await ok(registerActiveScript);
    assert.match(await ok(queryScript, LABELS), /March/);
  });

  test("the server refuses any change of a run's tables, and DDL by anyone but the scripts' user", async () => {
    const schema = `hive.${schemaNameOf(JANUARY)}`;
    const table = `${schema}.labels_ref_v10`;
    const changes = [
      `INSERT INTO ${table} (label_id) VALUES (9)`,
      `INSERT INTO hive.discogs.labels_ref_v10 (label_id) VALUES (9)`,
      `DELETE FROM ${table}`,
      `UPDATE ${table} SET name = 'x'`,
      `TRUNCATE TABLE ${table}`,
      `ALTER TABLE ${table} EXECUTE optimize`,
      "SET SESSION hive.non_transactional_optimize_enabled = true",
    ];
    const definitions = [
      `DROP TABLE ${table}`,
      `CREATE TABLE ${schema}.more (id BIGINT)`,
      "CREATE SCHEMA hive.mine",
      `CREATE TABLE hive.discogs_history.more (id BIGINT) WITH (external_location = 'local:///_runs/${JANUARY}/labels_v10')`,
      "CREATE OR REPLACE VIEW hive.discogs.labels_ref_v10 AS SELECT 1 AS a",
      "DROP VIEW hive.discogs.labels_ref_v10",
      `DROP SCHEMA ${schema} CASCADE`,
    ];
    const attempts = [
      ...changes.map((sql) => ["discogs", sql] as const),
      ...[...changes, ...definitions].map((sql) => ["somebody", sql] as const),
    ];
    for (const [user, sql] of attempts) {
      await assert.rejects(client(sql, user), (error) => {
        // A view does not accept INSERT.
        const refusals = ["PERMISSION_DENIED", "NOT_SUPPORTED"];
        assert.ok(refusals.includes(faultName(error) ?? ""), `${user}: ${sql}: ${error}`);
        return true;
      });
    }
    assert.deepEqual(await client(`SELECT label_id, name FROM ${table}`), [[5n, "January"]]);
    assert.deepEqual(await client(LABELS), [["March"]]);
  });

  test("while runs are switched, queries of one view or a run's schema neither fail nor mix runs", async () => {
    const url = started.env.TRINO_URL ?? "";
    const { counts, failures } = await measureSwaps({ lake, url, swaps: 3, streams: 4, log: silentLogger });
    for (const kind of QUERY_KINDS) {
      const { queries, mixed, mixedOutside, failed } = counts[kind];
      assert.ok(queries >= 3, kind);
      assert.deepEqual([mixedOutside, failed], [0, 0], `${kind}: ${failures[0]}`);
      if (kind !== "several views") assert.equal(mixed, 0, kind);
    }
  });
});
