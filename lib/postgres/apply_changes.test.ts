import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { main as compareRuns } from "../../scripts/compare_runs.ts";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { consistentTables } from "../lake/testing/fixture_tables.ts";
import { switchActive } from "../promotion/active.ts";
import { switchWithRecord } from "../promotion/promotions.ts";
import { makeSampleMonths } from "../testing/active_lake.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { applyChanges } from "./apply_changes.ts";
import { startTestDatabase, type TestDatabase } from "./testing/database.ts";
import { loadsInto, runShown } from "./testing/loads.ts";
import { assertSameRows } from "./testing/same_rows.ts";

const ONE = "2025-12__20260101_000000";
const TWO = "2026-01__20260201_000000";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());

const loads = loadsInto(() => database.url);

const loadWell = async (lake: string, schema: string, ...args: string[]) =>
  (await loads.loadWell(lake, schema, ...args)).stdout;

const assertRefused = (lake: string, schema: string, message: RegExp, ...args: string[]) =>
  loads.assertRefused(lake, schema, message, "--changes", ...args);

async function compareWell(lake: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await runMain(compareRuns, ["--lake", lake, "--threads", "1", ...args]);
  assert.equal(code, 0, stderr);
}

/** What a load makes beside the rows: columns, keys, references and indexes. */
const shapeOf = async (schema: string) => {
  const sql = `SELECT indexdef AS text FROM pg_indexes WHERE schemaname = $1
    UNION ALL SELECT relname || pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class ON pg_class.oid = conrelid
      WHERE connamespace = to_regnamespace($1)`;
  return (await database.rows(sql, [schema])).map(([text]) => String(text).replaceAll(schema, "x")).sort();
};

test("a loaded month with the changes applied is the same as the next month loaded anew", async (t) => {
  const { lake, from, to } = await makeSampleMonths(t);
  await loadWell(lake, "discogs", "--run", from.runId);
  await assertRefused(
    lake,
    "discogs",
    /schema discogs holds run 2026-08\S+, with which run 2026-09\S+ was not compared: run /,
  );
  const reader = await database.connect();
  await reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  const count = "SELECT count(*) AS n FROM discogs.releases_ref_v6";
  const { rows: earlier } = await reader.query(count);
  // compare_runs looks at what was promoted.
  for (const { runId } of [from, to]) await switchWithRecord(lake, { action: "promote", runId });
  const [, changed = ""] = await runShown(
    "docs/postgres.md",
    /^bin\/lake (compare_runs|load_postgres .*--changes)/,
    lake,
    database.url,
  );
  const outcome =
    /^schema discogs is run 2026-09\S+: changed from run 2026-08\S+, ([\d,]+) rows removed, ([\d,]+) added\n$/;
  const [removed = 0, added = 0] = (outcome.exec(changed) ?? [])
    .slice(1)
    .map((each) => Number(each.replaceAll(",", "")));
  assert.ok(removed > 0 && removed < added, `${changed}: the month has grown`);
  assert.deepEqual((await reader.query(count)).rows, earlier, "a reader keeps what it began to read");
  await reader.query("COMMIT");

  const datasets = await datasetsIn(to.dir);
  assert.ok((await assertSameRows(database, "discogs", to.dir, datasets)) > 20_000);
  await loadWell(lake, "fresh");
  assert.deepEqual(await shapeOf("discogs"), await shapeOf("fresh"));
  const [about] = await database.rows("SELECT obj_description('discogs'::regnamespace)");
  assert.match(String(about), /^discogs-data-lake, run 2026-09__20260914_120000, loaded /);

  assert.match(await loadWell(lake, "discogs", "--changes"), /^schema discogs is run 2026-09\S+ already\n$/);
  await compareWell(lake, "--from-run", to.runId, "--to-run", from.runId);
  await loadWell(lake, "discogs", "--changes", "--run", from.runId);
  await assertSameRows(database, "discogs", from.dir, datasets);
});

/** Applies changes, which wait with all rows replaced until they are interrupted. */
async function interruptWhileAnalyzing(lake: string, to: { runId: string; dir: string }, schema: string) {
  const other = await database.connect();
  await other.query("BEGIN");
  await other.query(`LOCK TABLE ${schema}.label_release_counts_v1 IN SHARE UPDATE EXCLUSIVE MODE`);
  const controller = new AbortController();
  const { signal } = controller;
  const options = { lake, url: database.url, schema, log: silentLogger, signal, threads: 1 };
  const interrupted = assert.rejects(applyChanges(to, options), { message: "stop" });
  const waiting = "SELECT 1 FROM pg_locks WHERE mode = 'ShareUpdateExclusiveLock' AND NOT granted";
  while ((await database.rows(waiting)).length === 0) await sleep(50);
  controller.abort(new ExpectedError("stop"));
  await interrupted;
  await other.query("ROLLBACK");
}

test("xrefs of the same code follow their releases, and a schema of some datasets keeps to these", async (t) => {
  const lake = temporaryLake(t);
  const [first = {}, second = {}] = consistentTables.releases_v6 ?? [];
  const xref = (style: string) => ({ release_id: 101, style, style_norm: style.toLowerCase() });
  const [kept = {}] = consistentTables.release_style_xref_v1 ?? [];
  await makeSealedRun(lake, ONE);
  const dir = await makeSealedRun(lake, TWO, {
    tables: {
      releases_v6: [first, { ...second, styles: "House", style_list: ["House"] }],
      release_style_xref_v1: [kept, xref("House")],
    },
  });
  await switchActive(lake, ONE);
  const names = "releases_v6,release_style_xref_v1,label_release_counts_v1";
  await loadWell(lake, "partly", "--datasets", names);
  await compareWell(lake, "--from-run", ONE, "--to-run", TWO);
  await database.client.query("DELETE FROM partly.release_style_xref_v1 WHERE release_id = 100");
  await assertRefused(
    lake,
    "partly",
    /partly\.release_style_xref_v1 would have 1 row with the changes, but run 2026-01\S+ has 2: rows were added or removed/,
    ...["--run", TWO],
  );
  const { release_id, style, style_norm } = kept;
  await database.client.query(
    "INSERT INTO partly.release_style_xref_v1 (release_id, style, style_norm) VALUES ($1, $2, $3)",
    [release_id, style, style_norm],
  );
  // The row of release 100, which did not change, and neither did its xref: it is not touched.
  await database.client.query(
    "UPDATE partly.release_style_xref_v1 SET style = 'marked' WHERE release_id = 100",
  );
  const about = "SELECT obj_description('partly'::regnamespace)";
  const loaded = await database.rows(about);
  await interruptWhileAnalyzing(lake, { runId: TWO, dir }, "partly");
  assert.deepEqual(await database.rows(about), loaded, "an interrupted change leaves the schema unchanged");
  assert.match(
    await loadWell(lake, "partly", "--changes", "--run", TWO),
    /^schema partly is run \S+: changed from run \S+, 3 rows removed, 3 added\n$/,
  );
  const marks = await database.rows(
    "SELECT release_id, style FROM partly.release_style_xref_v1 ORDER BY release_id",
  );
  assert.deepEqual(marks.map(String), ["100,marked", "101,House"]);
  const rest = (await datasetsIn(dir)).filter(({ table }) => /^(releases_ref|label_release)/.test(table));
  await assertSameRows(database, "partly", dir, rest);

  await assertRefused(
    lake,
    "partly",
    /schema partly holds run 2026-01\S+, with which run 2025-12\S+ was not compared/,
  );
  await assertRefused(lake, "none", /schema none does not hold a run that this script has loaded/);
  await assertRefused(lake, "partly", /leave out --datasets/, "--datasets", "labels_v10");
  await compareWell(lake, "--from-run", TWO, "--to-run", ONE);
  await assertRefused(lake, "partly", /the memory limit of 1000 bytes is too low/, "--memory-limit", "1KB");
  await database.client.query("CREATE TABLE partly.mine (id bigint)");
  await assertRefused(lake, "partly", /partly\.mine is not in the run/);
  assert.deepEqual(
    (await database.rows("SELECT count(*) FROM partly.release_style_xref_v1 WHERE style = 'House'")).map(
      String,
    ),
    ["1"],
  );
});
