import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { openEmbeddedEngine } from "../sql/duckdb/open.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { registerMissingRuns, registerRun } from "./register_runs.ts";

const RUN = "2026-01__20260120_194923";

test("concurrent registrations take turns", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const calls: string[] = [];
  const registering = async (name: string, register: typeof registerRun) => {
    const engine = await openEmbeddedEngine(lake, { threads: 1 });
    const watched: typeof engine = {
      ...engine,
      async externalTable(...args) {
        calls.push(name);
        await engine.externalTable(...args);
      },
    };
    await register({ lake, engine: watched, log: silentLogger }, RUN);
    await engine.close();
  };
  await Promise.all([registering("first", registerRun), registering("second", registerRun)]);
  const turns = calls.filter((name, index) => name !== calls[index - 1]);
  assert.equal(calls.length, 2 * 12);
  assert.equal(turns.length, 2, calls.join(" "));
});

test("an engine that becomes unavailable is no fault of the run being registered", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (line: string) => warnings.push(line) };
  const engine = await openEmbeddedEngine(lake, { threads: 1 });
  const gone: typeof engine = {
    ...engine,
    externalTable: () => Promise.reject(new EngineUnavailableError("trino: connection refused")),
  };
  await assert.rejects(registerMissingRuns({ lake, engine: gone, log }), /connection refused/);
  assert.deepEqual(warnings, []);
  await engine.close();
});
