import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { comparePairs } from "../../lib/changes/compare_runs.ts";
import { silentLogger } from "../../lib/cli/log.ts";
import { kindOf } from "../../lib/files/files.ts";
import type { QueryResult, SqlEngine } from "../../lib/sql/engine.ts";
import { registerActive } from "../../lib/sql/register_active.ts";
import { resultCsv } from "../../lib/sql/render_result.ts";
import { splitStatements } from "../../lib/sql/split.ts";
import { readSql, sqlFiles } from "../../lib/sql/sql_files.ts";
import { addEarlierRun, makeActiveLake } from "../../lib/testing/active_lake.ts";
import { testEngines } from "../../lib/testing/engines.ts";
import { dumpsBefore, showcaseDumps } from "./showcase_dumps.ts";

const EXPECTED = fileURLToPath(new URL("expected/", import.meta.url));
const queries = sqlFiles("showcase_queries");

/** A result in the format of `expected/`: a comment with the column types, then CSV. */
function resultText(result: QueryResult): string {
  return `# ${result.columns.map(({ type }) => type).join(", ")}\n${resultCsv(result)}`;
}

async function expectedText(query: string, found: string): Promise<string> {
  const path = join(EXPECTED, query.replace(/\.sql$/, ".csv"));
  assert.equal(
    await kindOf(path),
    "file",
    `${path} is missing. Check these rows by hand, then save them:\n${found}`,
  );
  return readFileSync(path, "utf8");
}

test("there are at least ten queries, each a comment and one statement without a semicolon", () => {
  assert.ok(queries.length >= 10, `${queries.length} queries`);
  for (const query of queries) {
    const sql = readSql(`showcase_queries/${query}`);
    assert.match(sql, /^-- [A-Z].{20,}/, `${query} begins with a comment on what it shows`);
    assert.equal(splitStatements(sql).length, 1, query);
    assert.ok(!sql.includes(";\n"), `${query} has no ";" at its end`);
  }
});

for (const { name, open } of testEngines) {
  describe(`showcase queries on ${name}`, () => {
    let lake = "";
    let engine: SqlEngine;

    before(async () => {
      lake = await makeActiveLake(showcaseDumps);
      engine = await open(lake);
      await registerActive({ lake, engine, log: silentLogger }, { allowUnsealed: true });
      const pair = await addEarlierRun(lake, dumpsBefore);
      const sameMonth = await addEarlierRun(lake, dumpsBefore, "2026-08__20260813_120000");
      const longBefore = await addEarlierRun(
        lake,
        { ...dumpsBefore, release: dumpsBefore.release.slice(0, 1) },
        "2026-05__20260514_120000",
      );
      const backwards = { from: pair.to, to: pair.from };
      const pairs = [sameMonth, pair, longBefore, backwards];
      await comparePairs({ lake, engine, log: silentLogger }, pairs, { threads: 1 });
    });
    after(async () => {
      await engine.close();
      rmSync(lake, { recursive: true });
    });

    for (const query of queries) {
      test(query, async () => {
        const found = resultText(await engine.query(readSql(`showcase_queries/${query}`)));
        assert.equal(found, await expectedText(query, found));
      });
    }
  });
}
