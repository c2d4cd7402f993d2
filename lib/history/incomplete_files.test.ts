import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { makeLake } from "../lake/testing/fixture_runs.ts";
import { openEmbeddedEngine } from "../sql/duckdb/open.ts";
import { runRegistryEvents } from "./event_tables.ts";
import { appendEvents, inHistory } from "./history_schema.ts";
import { hideIncompleteFiles } from "./incomplete_files.ts";
import { readHistory } from "./read_history.ts";

test("an unfinished file is set aside, and the history stays usable, also before that", async () => {
  const lake = makeLake();
  const directory = runRegistryEvents.directory(lake);
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  const append = async () => {
    const engine = await openEmbeddedEngine(lake, { threads: 1 });
    try {
      const event = { run_id: "2026-01__20260120_194923", status: "ok" };
      await inHistory({ lake, engine, log }, "test", () =>
        appendEvents(engine, runRegistryEvents, [[event]]),
      );
      const { rows } = await engine.query("SELECT count(*) FROM hive.discogs_history.run_registry_events");
      return rows[0]?.[0];
    } finally {
      await engine.close();
    }
  };
  assert.equal(await append(), 1n);
  const [whole = ""] = readdirSync(directory);
  const bytes = readFileSync(join(directory, whole));
  writeFileSync(join(directory, "20261121_trino_cut"), bytes.subarray(0, bytes.length - 10));
  writeFileSync(join(directory, "20261121_trino_empty"), "");
  const statuses = await readHistory(lake, [runRegistryEvents], (engine) =>
    engine.query("SELECT status FROM hive.discogs_history.run_registry_latest"),
  );
  assert.deepEqual(statuses?.rows, [["ok"]]);
  // Left by a killed process: a live one would hold the history's lock.
  writeFileSync(join(directory, "_tmp.20261121.parquet.1"), "");
  writeFileSync(join(directory, "_other"), "");
  assert.equal(await append(), 2n);
  assert.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith("_")),
    ["_incomplete.20261121_trino_cut", "_incomplete.20261121_trino_empty", "_other"],
  );
  assert.equal(warnings.length, 2);
  assert.deepEqual(readFileSync(join(directory, whole)), bytes);
});

test("a directory among the files of events is an error that names it", async () => {
  const directory = runRegistryEvents.directory(makeLake());
  mkdirSync(join(directory, "old"), { recursive: true });
  await assert.rejects(hideIncompleteFiles(directory, silentLogger), /run_registry_events\/old: .*EISDIR/);
});
