import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { temporaryDirectory } from "../../testing/files.ts";
import { scriptArguments } from "../../testing/script_arguments.ts";
import { resultCsv } from "../render_result.ts";
import { openEmbeddedEngine } from "./open.ts";

test("times with a time zone are in UTC, whatever that of the machine is", (t) => {
  const sql =
    "SELECT TIMESTAMPTZ '2026-09-01 12:00:00+02' AS at, MAP {'at': TIMESTAMPTZ '2026-09-01 00:00:00+00'} AS nested";
  const args = scriptArguments("scripts/query.ts", "--lake", temporaryDirectory(t), "--csv", sql);
  const env = { ...process.env, TRINO_URL: "", TZ: "America/New_York" };
  const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  assert.equal(stdout, "at,nested\n2026-09-01 10:00:00+00,{'at': 2026-09-01 00:00:00+00}\n", stderr);
});

test("times that a Date can't hold are text", async (t) => {
  const engine = await openEmbeddedEngine(temporaryDirectory(t), { threads: 1 });
  t.after(() => engine.close());
  const sql =
    "SELECT TIMESTAMP_MS 'infinity' AS a, [TIMESTAMP_MS '-infinity'] AS b, TIMESTAMP_MS '290000-01-02 03:04:05' AS c, " +
    "TIMESTAMP_MS '1969-12-31 23:59:59.999' AS d";
  assert.equal(
    resultCsv(await engine.query(sql)),
    'a,b,c,d\ninfinity,"[""-infinity""]",290000-01-02 03:04:05,1969-12-31 23:59:59.999\n',
  );
});

test("a text that begins with a byte order mark keeps it, wherever it is", async (t) => {
  const engine = await openEmbeddedEngine(temporaryDirectory(t), { threads: 1 });
  t.after(() => engine.close());
  const mark = "chr(65279)";
  const sql =
    `SELECT ${mark} AS a, ${mark} || 'b' AS b, ${mark} || repeat('c', 20) AS c, ${mark} || ${mark} || 'd' AS d, ` +
    `['e', ${mark} || 'f', NULL] AS l, {'x': ${mark} || 'g', 'y': 'h'} AS s, '' AS empty, 'i' || ${mark} AS i, NULL::VARCHAR AS n`;
  const { rows } = await engine.query(sql);
  const last = rows[0]?.slice(4);
  assert.deepEqual(rows[0]?.slice(0, 4), ["\ufeff", "\ufeffb", `\ufeff${"c".repeat(20)}`, "\ufeff\ufeffd"]);
  assert.deepEqual(last, [["e", "\ufefff", null], { x: "\ufeffg", y: "h" }, "", "i\ufeff", null]);
});
