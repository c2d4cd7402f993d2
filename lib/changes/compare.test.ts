import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { quotedString } from "@duckdb/node-api";
import { silentLogger } from "../cli/log.ts";
import { temporaryDirectory } from "../files/temporary_directory.ts";
import { type DuckDbSession, openSession } from "../sql/duckdb/session.ts";
import { temporaryDirectory as testDirectory } from "../testing/files.ts";
import { compareRuns } from "./compare.ts";
import { commonOf, type RunPair } from "./compared.ts";
import { stretchesOf } from "./stretches.ts";

/** Rows per row group of the files below; several row groups make a stretch. */
const GROUP = 2048;
const RECORDS = 20_000;
const LIMITS = { rows: 3 * GROUP, bytes: Number.MAX_SAFE_INTEGER };

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

test("comparing ranges of ids one by one yields the same as comparing everything at once", async (t) => {
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
    const { entities } = await commonOf(session, pair);
    const [release] = entities;
    const [detail] = release?.details ?? [];
    assert.ok(release !== undefined && detail !== undefined);
    const stretches = await stretchesOf(session, pair, detail, LIMITS);
    assert.ok(stretches.length > 10, `${stretches.length} ranges`);
    assert.ok(
      stretches.some(({ files }) => files.from.length === 1),
      "a range reads the files that it is in",
    );

    assert.equal(await compareRuns(session, pair, { log: silentLogger, limits: LIMITS }), null);
    const found = "SELECT id, change, changed_columns FROM record_changes";
    const rows = Number((await session.run(`SELECT count(*) FROM (${EXPECTED})`)).value(0, 0));
    assert.ok(rows > 2000, `${rows} records differ`);
    const differences = await session.run(
      `(FROM (${EXPECTED}) EXCEPT ALL ${found}) UNION ALL (${found} EXCEPT ALL FROM (${EXPECTED}))`,
    );
    assert.deepEqual(differences.getRowsJson(), []);
  } finally {
    await session.close();
  }
});
