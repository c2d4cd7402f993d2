import assert from "node:assert/strict";
import { readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { main } from "../../pipelines/load_postgres.ts";
import { countText } from "../cli/amounts.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { projectRoot } from "../files/project_root.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { makeOriginalRun, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { consistentTables, type FixtureTables } from "../lake/testing/fixture_tables.ts";
import { switchActive } from "../promotion/active.ts";
import { makeSampleLake } from "../testing/active_lake.ts";
import { inlineCode } from "../testing/fenced.ts";
import { allowRemoval, runUnfenced, temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { startTestDatabase, type TestDatabase } from "./testing/database.ts";
import { loadsInto, runShown } from "./testing/loads.ts";
import { assertSameRows } from "./testing/same_rows.ts";

const PAGE = "docs/postgres.md";
const ONE = "2025-12__20260101_000000";
const TWO = "2026-01__20260201_000000";

let database: TestDatabase;
before(async () => {
  database = await startTestDatabase();
});
after(() => database.close());

const loads = loadsInto(() => database.url);
const { loadWell } = loads;

/** Asserts that the load fails with this one line and leaves neither tables nor a staging schema. */
async function assertRefused(lake: string, schema: string, message: RegExp, ...args: string[]) {
  await loads.assertRefused(lake, schema, message, ...args);
  assert.deepEqual(await schemasLike(`${schema}\\_\\_%`), []);
}

const schemasLike = async (pattern: string) =>
  (await database.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE $1", [pattern])).flat();

/** A lake with one active, sealed run of these tables and the consistent others. */
async function lakeOf(t: Parameters<typeof temporaryLake>[0], tables: FixtureTables = {}): Promise<string> {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, ONE, { tables });
  await switchActive(lake, ONE);
  return lake;
}

test("loads every dataset as a table with the same rows, columns, comments, key and references", async (t) => {
  const { lake, dir } = await makeSampleLake(t);
  await database.client.query("CREATE ROLE loader LOGIN PASSWORD 'loader'");
  await database.client.query("GRANT CREATE ON DATABASE postgres TO loader");
  const url = database.url.replace(`postgres:${database.password}`, "loader:loader");
  const [stdout, ...others] = await runShown(PAGE, /load_postgres (?!.*--changes)/, lake, url);
  assert.deepEqual(others, []);
  const datasets = await datasetsIn(dir);
  assert.ok(datasets.length > 25);
  const rows = await assertSameRows(database, "discogs", dir, datasets);
  assert.ok(rows > 20_000);
  assert.equal(
    stdout,
    `schema discogs is run 2026-09__20260914_120000: ${datasets.length} tables, ${countText(rows)} rows\n`,
  );
  const page = readFileSync(join(projectRoot, PAGE), "utf8");
  const shown = /^schema discogs is run \S+: \d+ tables, [\d,]+ rows$/m.exec(page)?.[0];
  const generalized = (line = "") =>
    line
      .replace(/schema \w+/, "schema")
      .replaceAll(/[\d,]+/g, "0")
      .trim();
  assert.equal(generalized(shown), generalized(stdout));

  const columns = `SELECT relname, attname, format_type(atttypid, NULL), attnotnull, col_description(attrelid, attnum)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'discogs'::regnamespace AND relkind = 'r' AND attnum > 0 ORDER BY relname, attnum`;
  assert.deepEqual(
    (await database.rows(columns)).map(String),
    [...datasets].sort(byTable).flatMap(declaredColumns).map(String),
  );
  const constraints = `SELECT pg_get_constraintdef(c.oid), relname FROM pg_constraint c JOIN pg_class ON pg_class.oid = conrelid
    WHERE connamespace = 'discogs'::regnamespace AND contype IN ('p', 'u', 'f')`;
  assert.deepEqual(
    (await database.rows(constraints)).map(([definition, table]) => `${table}: ${definition}`).sort(),
    datasets.flatMap(declaredConstraints).sort(),
  );
  const [about] = await database.rows("SELECT obj_description('discogs.releases_ref_v6'::regclass)");
  assert.match(String(about), /release/);
  const inSentences = inlineCode(page).filter((code) => /^(SELECT|CREATE INDEX) /.test(code));
  assert.equal(inSentences.length, 2);
  await database.rows(inSentences[0] ?? "");
  const [schema] = await database.rows(inSentences[1] ?? "");
  assert.match(String(schema), /^discogs-data-lake, run 2026-09__20260914_120000, loaded 20\d\d-/);

  const [sql = ""] = /(?<=^```sql\n)[\s\S]*?(?=^```)/m.exec(page) ?? [];
  const queries = sql.split(";\n").filter((query) => query.includes("SELECT"));
  assert.equal(queries.length, 3);
  const results = [];
  for (const query of queries) results.push(await database.rows(query));
  const [inReleases = [], inXref = [], references = []] = results.map((rows) => rows.map(String).sort());
  assert.ok(inReleases.length > 0);
  assert.deepEqual(inReleases, inXref);
  assert.ok(references.length > inReleases.length);
});

const byTable = (a: TableDeclaration, b: TableDeclaration) => (a.table < b.table ? -1 : 1);

function declaredColumns({ table, columns }: TableDeclaration): unknown[][] {
  return columns.map(({ name, type, mandatory = false, about }) => {
    const array = typeof type === "string" ? undefined : type.array === "VARCHAR" ? "text[]" : "jsonb";
    const types: Record<string, string> = { BIGINT: "bigint", VARCHAR: "text", BOOLEAN: "boolean" };
    return [table, name, array ?? types[String(type)], mandatory, about];
  });
}

/** As PostgreSQL prints them: CRITICAL references and hard keys, which are primary where no column can be NULL. */
function declaredConstraints({ table, columns, key, references = [] }: TableDeclaration): string[] {
  const isMandatory = (name: string) =>
    columns.some((column) => column.name === name && column.mandatory === true);
  const kind = key?.columns.every(isMandatory) === true ? "PRIMARY KEY" : "UNIQUE NULLS NOT DISTINCT";
  const keys = key?.hard === true ? [`${table}: ${kind} (${key.columns.join(", ")})`] : [];
  const hard = references.filter(({ severity }) => severity === "CRITICAL");
  const foreign = hard.map(
    ({ columns: from, to }) =>
      `${table}: FOREIGN KEY (${from.join(", ")}) REFERENCES discogs.${to.table}(${to.columns.join(", ")})`,
  );
  return [...keys, ...foreign];
}

test("texts that look like COPY escapes, lists of them, and NULLs arrive unchanged", async (t) => {
  const odd = [
    "\\N",
    "\\.",
    "a\tb\nc\r\nd\\",
    '"',
    "{}",
    "NULL",
    "'; DROP TABLE x; --",
    "é 🎵 \u2028",
    "\\u0000",
  ];
  const [artist = {}, ...artists] = consistentTables.artists_v1_typed ?? [];
  const [release = {}, ...releases] = consistentTables.releases_v6 ?? [];
  const refs = odd.map((name) => ({ artist_id: null, name, anv: null, join_text: "," }));
  const lake = await lakeOf(t, {
    artists_v1_typed: [{ ...artist, profile: odd.join(""), realname: "\\N", url_list: odd }, ...artists],
    releases_v6: [{ ...release, style_list: odd, artist_refs: refs, notes: "" }, ...releases],
  });
  await loadWell(lake, "odd");
  const dir = join(lake, "_runs", ONE);
  assert.ok((await assertSameRows(database, "odd", dir, await datasetsIn(dir))) > 10);
  const [row] = await database.rows(
    "SELECT url_list, realname FROM odd.artists_v1_typed WHERE artist_id = 1",
  );
  assert.deepEqual(row, [odd, "\\N"]);
});

test("removes U+0000 from texts, lists and structs, and counts it per column", async (t) => {
  const lake = temporaryLake(t);
  const dir = await makeOriginalRun(lake, ONE);
  allowRemoval(dir);
  const place = join(dir, "releases_v6", "releases_part0000.parquet");
  const nul = "'a' || chr(0) || 'b\\u0000'";
  const columns = [
    "CAST(range AS BIGINT) AS release_id",
    `CASE WHEN range > 1 THEN ${nul} END AS title`,
    `[${nul}, 'c'] AS style_list`,
    `[{'artist_id': CAST(7 AS BIGINT), 'name': ${nul}, 'anv': NULL::VARCHAR, 'join_text': 'x'}] AS artist_refs`,
  ];
  await runUnfenced(`COPY (SELECT ${columns.join(", ")} FROM range(1, 4)) TO '${place}' (FORMAT parquet)`);
  await switchActive(lake, ONE);
  const { stderr } = await loadWell(lake, "nul", "--datasets", "releases_v6");
  for (const [column, count] of [
    ["title", 2],
    ["style_list", 3],
    ["artist_refs", 3],
  ]) {
    assert.ok(
      stderr.includes(`releases_ref_v6.${column}: removed U+0000 from ${count} texts`),
      `${column}\n${stderr}`,
    );
  }
  assert.deepEqual(
    await database.rows(
      "SELECT title, style_list, artist_refs FROM nul.releases_ref_v6 WHERE release_id = 2",
    ),
    [["ab\\u0000", ["ab\\u0000", "c"], [{ artist_id: 7, name: "ab\\u0000", anv: null, join_text: "x" }]]],
  );
});

test("loads the columns that a run of the Python original has", async (t) => {
  const lake = temporaryLake(t);
  await makeOriginalRun(lake, ONE);
  await loadWell(lake, "original", "--run", ONE);
  const [row] = await database.rows(
    "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'original' AND column_name LIKE '%_refs'",
  );
  assert.deepEqual(row, ["0"]);
});

test("--datasets selects by names of datasets or tables, and keeps the references among them", async (t) => {
  const lake = await lakeOf(t);
  const args = ["--datasets", "releases_ref_v6, release_style_xref_v1,artist_aliases_v1_typed"];
  const { stdout, stderr } = await loadWell(lake, "some", ...args);
  assert.match(stdout, /: 3 tables, [\d,]+ rows\n$/);
  assert.match(
    stderr,
    /artist_aliases_v1_typed \(artist_id\): no foreign key, artists_v1_typed is not loaded/,
  );
  const foreign =
    "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'some'::regnamespace";
  assert.deepEqual(await database.rows(foreign), [["1"]]);
  await assertRefused(
    lake,
    "some",
    /the run has no dataset "relases_v6": did you mean releases_v6\?$/,
    "--datasets",
    "relases_v6",
  );
  await assertRefused(lake, "some", /there is no run 2026-01__20260201_000000/, "--run", TWO);
  await assertRefused(lake, "some", /the memory limit of 1000 bytes is too low/, "--memory-limit", "1KB");
});

test("reports a key that values too long for an index prevent", async (t) => {
  const long = Array.from({ length: 3000 }, (_, i) =>
    String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000)),
  ).join("");
  const lake = await lakeOf(t, { artist_name_map_v1: [{ norm_name: long, artist_id: 1 }] });
  const { stderr } = await loadWell(lake, "long");
  assert.match(stderr, /warning: artist_name_map_v1 \(norm_name, artist_id\): no key, index row \w+ \d+/);
  const indexes =
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'long' AND tablename = 'artist_name_map_v1'";
  assert.match(
    String(await database.rows(indexes)),
    /^CREATE INDEX \S+ ON long\.artist_name_map_v1 USING btree \(artist_id\)/,
  );
});

test("a failed load leaves the schema unchanged, and repeating it starts clean", async (t) => {
  const lake = await lakeOf(t);
  await loadWell(lake, "again");
  const dir = await makeSealedRun(lake, TWO, { tables: { labels_v10: [] } });
  const files = join(dir, "releases_v6");
  allowRemoval(files);
  truncateSync(join(files, readdirSync(files)[0] ?? ""), 100);
  await assertRefused(
    lake,
    "again",
    /^pipelines\/load_postgres\.ts: error: duckdb: .*part-00000/,
    "--run",
    TWO,
  );
  assert.deepEqual(await database.rows("SELECT count(*) FROM again.labels_ref_v10"), [["1"]]);
  await makeSealedRun(lake, "2026-02__20260301_000000", {
    tables: { artist_aliases_v1_typed: [{ artist_id: 99, alias_id: 1, alias_name: "x" }] },
  });
  const orphan =
    /error: PostgreSQL at \S+: insert or update on table "artist_aliases_v1_typed" violates .*artist_id\)=\(99\) is not present.*\[23503\]$/;
  await assertRefused(lake, "again", orphan, "--run", "2026-02__20260301_000000");
  assert.deepEqual(await database.rows("SELECT count(*) FROM again.labels_ref_v10"), [["1"]]);
  await loadWell(lake, "again");
});

test("readers always see either the old tables or the new ones, and keep their privileges", async (t) => {
  const lake = await lakeOf(t);
  const artists = [...(consistentTables.artists_v1_typed ?? []), { artist_id: 3, name: "Third" }];
  const labels = [...(consistentTables.labels_v10 ?? []), { label_id: 6, name: "Second" }];
  await makeSealedRun(lake, TWO, { tables: { artists_v1_typed: artists, labels_v10: labels } });
  await loadWell(lake, "live");
  await database.client.query("CREATE ROLE analyst LOGIN; GRANT USAGE ON SCHEMA live TO analyst");
  await database.client.query("GRANT SELECT ON ALL TABLES IN SCHEMA live TO analyst WITH GRANT OPTION");
  await database.client.query("CREATE ROLE clerk; GRANT SELECT (name) ON live.labels_ref_v10 TO clerk");
  const reader = await database.connect();
  await reader.query("SET ROLE analyst");
  const seen = new Set<string>();
  let isOver = false;
  const reading = (async () => {
    const sql =
      "SELECT (SELECT count(*) FROM live.artists_v1_typed), (SELECT count(*) FROM live.labels_ref_v10)";
    while (!isOver) seen.add((await reader.query({ text: sql, rowMode: "array" })).rows.join());
  })();
  for (const run of [TWO, ONE, TWO]) await loadWell(lake, "live", "--run", run);
  isOver = true;
  await reading;
  assert.ok(seen.size > 0);
  const [kept] = await database.rows(
    "SELECT has_column_privilege('clerk', 'live.labels_ref_v10', 'name', 'SELECT'), " +
      "has_table_privilege('clerk', 'live.labels_ref_v10', 'SELECT'), " +
      "has_table_privilege('analyst', 'live.labels_ref_v10', 'SELECT WITH GRANT OPTION')",
  );
  assert.deepEqual(kept, [true, false, true]);
  assert.deepEqual(
    [...seen].filter((counts) => counts !== "2,1" && counts !== "3,2"),
    [],
  );
});

test("does not touch schemas and tables of others", async (t) => {
  const lake = await lakeOf(t);
  await assertRefused(
    lake,
    "public",
    /schema public was not created by this script, so it is not replaced: choose/,
  );
  await assertRefused(lake, "pg_x", /--schema is "pg_x", but must be/);
  await assertRefused(lake, 'x"; DROP', /--schema is "x\\"; DROP", but must be/);
  await loadWell(lake, "mine");
  await database.client.query("CREATE VIEW public.names AS SELECT name FROM mine.artists_v1_typed");
  await assertRefused(
    lake,
    "mine",
    /error: public\.names depends on a table of schema mine, which a load replaces: drop it/,
  );
  await database.client.query("DROP VIEW public.names; CREATE TABLE mine.notes (text text)");
  await assertRefused(
    lake,
    "mine",
    /error: mine\.notes is not a dataset, and a load replaces the whole schema: move it/,
  );
  assert.deepEqual(await database.rows("SELECT count(*) FROM mine.notes"), [["0"]]);
});

test("a schema of another role is refused before anything is loaded", async (t) => {
  const lake = await lakeOf(t);
  await loadWell(lake, "others");
  await database.client.query(
    "CREATE ROLE second LOGIN PASSWORD 'second'; GRANT CREATE ON DATABASE postgres TO second",
  );
  const url = database.url.replace(`postgres:${database.password}`, "second:second");
  const load = (schema: string) => runMain(main, ["--lake", lake, "--url", url, "--schema", schema]);
  const refused = await load("others");
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^pipelines\/load_postgres\.ts: error: schema others belongs to role postgres, so role second can't replace it: load as .*\n$/,
  );
  for (const time of ["first", "second"]) {
    const { code, stderr } = await load("loaders");
    assert.equal(code, 0, `${time}: ${stderr}`);
  }
});

test("reports a refusal of the server in one line without a password", async (t) => {
  const lake = await lakeOf(t);
  const wrong = database.url.replace(database.password, "opensesame");
  for (const [url, message] of [
    [wrong, /error: PostgreSQL at \S+: password authentication failed for user "postgres" \[28P01\]\n$/],
    [
      database.url.replace(`:${database.password}`, ""),
      /error: PostgreSQL at \S+: the server asks for a password: set PGPASSWORD/,
    ],
    [
      database.url.replace(/postgres$/, "nowhere"),
      /error: PostgreSQL at \S+: database "nowhere" does not exist \[3D000\]\n$/,
    ],
    [
      "postgres://u:opensesame@127.0.0.1:9/db",
      /error: PostgreSQL at 127\.0\.0\.1:9\/db: connect ECONNREFUSED .*\n$/,
    ],
    ["mysql://u:opensesame@127.0.0.1/db", /error: --url is not a URL like postgres:/],
    ["postgres://u:opensesame@[x/db", /error: --url is not a valid URL/],
  ] as const) {
    const { code, stderr } = await runMain(main, ["--lake", lake, "--url", url]);
    assert.match(stderr, message);
    assert.equal(stderr.split("\n").length, 2, stderr);
    assert.ok(!stderr.includes("opensesame"), stderr);
    assert.equal(code, 2);
  }
});
