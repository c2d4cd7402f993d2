import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { promote } from "../promotion/promote.ts";
import { openEmbeddedEngine } from "./duckdb/open.ts";
import type { SqlEngine } from "./engine.ts";
import { registerActive } from "./register_active.ts";

const ONE = "2026-01__20260110_194923";
const TWO = "2026-02__20260210_194923";

test("a run that is promoted while the active one is registered is registered too", async (t) => {
  const lake = makeLake();
  for (const runId of [ONE, TWO]) await makeSealedRun(lake, runId);
  await promote(lake, ONE);
  const embedded = await openEmbeddedEngine(lake, { threads: 1 });
  t.after(() => embedded.close());
  const engine: SqlEngine = {
    ...embedded,
    async atOnce(schema, steps) {
      const result = await embedded.atOnce(schema, steps);
      if (schema === schemaNameOf(ONE)) await promote(lake, TWO);
      return result;
    },
  };
  const registered = await registerActive({ lake, engine, log: silentLogger }, { allowUnsealed: false });
  assert.equal(registered.runId, TWO);
  assert.deepEqual(await engine.schemas(), ["discogs", schemaNameOf(ONE), schemaNameOf(TWO)]);
});
