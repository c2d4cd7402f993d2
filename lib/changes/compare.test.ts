import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { quotedString } from "@duckdb/node-api";
import { silentLogger } from "../cli/log.ts";
import { temporaryDirectory } from "../files/temporary_directory.ts";
import { type DuckDbSession, openSession } from "../sql/duckdb/session.ts";
import { sqlError } from "../sql/sql_error.ts";
import { temporaryDirectory as testDirectory } from "../testing/files.ts";
import { compareRuns } from "./compare.ts";
import { commonOf, type RunPair } from "./compared.ts";
import { stretchesOf } from "./stretches.ts";

/** Rows per row group of the files below. A stretch is made of several row groups, or is a part of one. */
const GROUP = 2048;
const RECORDS = 20_000;
const SIZES = { several: 300_000n, part: 60_000n };

/** Records and their tracks; some of each differ in the second month. */
const titles = (month: number) =>
  `SELECT i AS release_id, CASE WHEN hash(i, 1) % 20 = 0 THEN NULL
      WHEN hash(i, 2) % 50 = 0 THEN 'of month ${month}' ELSE 'title' END AS title
   FROM range(1, ${RECORDS}) t(i) WHERE hash(i, ${month}) % 40 <> 0`;
const tracks = (month: number) =>
  `SELECT i AS release_id, n AS track_no, 'track' AS kind,
      CASE WHEN hash(i, n, 3) % 100 = 0 THEN 'of month ${month}' WHEN n = 2 THEN NULL ELSE 'track' END AS title
   FROM range(1, ${RECORDS}) t(i), range(1, 4) u(n)
   WHERE hash(i, ${month}) % 40 <> 0 AND hash(i, 4) % (20 + ${month}) <> 0`;

async function writeMonth(session: DuckDbSession, dir: string, month: number): Promise<void> {
  for (const [dataset, select] of [
    ["releases_v6", titles],
    ["release_tracks_v1", tracks],
  ] as const) {
    mkdirSync(join(dir, dataset), { recursive: true });
    for (const part of [0, 1]) {
      const rows = `SELECT * FROM (${select(month)}) WHERE (release_id > ${RECORDS / 2}) = (${part} = 1)`;
      const file = quotedString(join(dir, dataset, `part-0000${part}.parquet`));
      await session.run(`COPY (${rows} ORDER BY ALL) TO ${file} (FORMAT parquet, ROW_GROUP_SIZE ${GROUP})`);
    }
  }
}

/** The expected changes, computed from both months as a whole. */
const EXPECTED = `
  WITH f AS (${titles(1)}), t AS (${titles(2)}), ft AS (${tracks(1)}), tt AS (${tracks(2)}),
  d AS (SELECT DISTINCT release_id FROM ((FROM ft EXCEPT FROM tt) UNION ALL (FROM tt EXCEPT FROM ft))),
  pairs AS (
    SELECT id, f.release_id IS NULL AS is_new, t.release_id IS NULL AS is_gone,
      list_concat(
        CASE WHEN f.title IS DISTINCT FROM t.title THEN ['releases_v6.title'] ELSE [] END,
        CASE WHEN d.release_id IS NOT NULL THEN ['release_tracks_v1'] ELSE [] END) AS names
    FROM range(${RECORDS}) r(id) LEFT JOIN f ON f.release_id = id LEFT JOIN t ON t.release_id = id
      LEFT JOIN d ON d.release_id = id
    WHERE f.release_id IS NOT NULL OR t.release_id IS NOT NULL
  )
  SELECT id, CASE WHEN is_new THEN 'added' WHEN is_gone THEN 'removed' ELSE 'changed' END AS change,
    CASE WHEN NOT is_new AND NOT is_gone THEN names END AS changed_columns
  FROM pairs WHERE is_new OR is_gone OR len(names) > 0`;

/** Calls `use` with a session and two months. */
async function onMonths(
  t: TestContext,
  use: (session: DuckDbSession, pair: RunPair) => Promise<void>,
): Promise<void> {
  const dir = testDirectory(t);
  const pair: RunPair = {
    from: { runId: "one", dir: join(dir, "one") },
    to: { runId: "two", dir: join(dir, "two") },
  };
  const temporary = await temporaryDirectory(dir, "duckdb");
  const session = await openSession({ threads: 1, directories: [dir], temporary });
  try {
    await writeMonth(session, pair.from.dir, 1);
    await writeMonth(session, pair.to.dir, 2);
    await use(session, pair);
  } finally {
    await session.close();
  }
}

async function assertExpected(session: DuckDbSession): Promise<void> {
  const found = "SELECT id, change, changed_columns FROM record_changes";
  const rows = Number((await session.run(`SELECT count(*) FROM (${EXPECTED})`)).value(0, 0));
  assert.ok(rows > 2000, `${rows} records differ`);
  const differences = await session.run(
    `(FROM (${EXPECTED}) EXCEPT ALL ${found}) UNION ALL (${found} EXCEPT ALL FROM (${EXPECTED}))`,
  );
  assert.deepEqual(differences.getRowsJson(), []);
}

for (const [what, size] of Object.entries(SIZES)) {
  test(`comparing ranges of ids one by one yields the same as comparing everything at once: ${what}`, (t) =>
    onMonths(t, async (session, pair) => {
      const [release] = (await commonOf(session, pair)).entities;
      const [detail] = release?.details ?? [];
      assert.ok(release !== undefined && detail !== undefined);
      const stretches = await stretchesOf(session, pair, detail, size);
      const groups = (3 * RECORDS) / GROUP;
      assert.ok(stretches.length > 10, `${stretches.length} ranges`);
      assert.equal(stretches.length > 2 * groups, what === "part", `${stretches.length} ranges`);
      assert.ok(
        stretches.some(({ files }) => files.from.length === 1),
        "a range reads the files that it is in",
      );
      assert.equal(await compareRuns(session, pair, { log: silentLogger, size }), null);
      await assertExpected(session);
    }));
}

test("a range that does not fit in memory is compared in halves", (t) =>
  onMonths(t, async (session, pair) => {
    const run: DuckDbSession["run"] = (sql, source) => {
      const after = /release_id"? > (\d+)/.exec(sql)?.[1] ?? 0;
      const upTo = /release_id"? <= (\d+)/.exec(sql)?.[1] ?? RECORDS;
      const isTooMuch = /^INSERT.*read_parquet/s.test(sql) && Number(upTo) - Number(after) > RECORDS / 5;
      if (!isTooMuch) return session.run(sql, source);
      throw sqlError("duckdb", sql, new Error("Out of Memory Error: failed to allocate data"));
    };
    const told: string[] = [];
    const log = { ...silentLogger, info: (line: string) => told.push(line) };
    const size = 1n << 40n;
    assert.equal(await compareRuns({ ...session, run }, pair, { log, size }), null);
    await assertExpected(session);
    const halved = "1 of 1 ranges of ids does not fit in memory: halving it";
    assert.ok(told.filter((line) => line === `comparing releases_v6: ${halved}`).length === 7, told.join());
    assert.ok(told.includes(`comparing release_tracks_v1: ${halved}`));
  }));
