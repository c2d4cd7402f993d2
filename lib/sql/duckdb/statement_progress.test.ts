import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { quotedString } from "@duckdb/node-api";
import { silentLogger } from "../../cli/log.ts";
import { temporaryDirectory } from "../../testing/files.ts";
import { openRunEngine } from "./open.ts";
import { showingStatements } from "./statement_progress.ts";

test("shows the rows that a running statement has read", async (t) => {
  const dir = temporaryDirectory(t);
  const { engine, session } = await openRunEngine(dir, { threads: 1 });
  const file = quotedString(join(dir, "numbers.parquet"));
  const shown: string[] = [];
  const log = { ...silentLogger, progress: (message: string) => void shown.push(message) };
  try {
    await session.run(`COPY (SELECT i FROM range(2_000_000) t(i)) TO ${file} (FORMAT parquet)`);
    await showingStatements(session, { label: "sorting", log }, async () => {
      while (shown.length === 0) {
        await session.run(`SELECT count(DISTINCT hash(i, i + 1)) FROM read_parquet(${file})`);
      }
    });
  } finally {
    await engine.close();
  }
  assert.match(shown[0] ?? "", /^sorting: \d+ % of [\d,]+ rows/);
});
