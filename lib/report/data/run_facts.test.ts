import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../cli/log.ts";
import { makeSealedRun } from "../../lake/testing/fixture_runs.ts";
import { temporaryLake } from "../../testing/run_fixture.ts";
import { readRunFacts } from "./run_facts.ts";

test("the limits of the drift gate are those of the run's parameters, else the default", async (t) => {
  const runId = "2026-01__20260114_120000";
  const parameters = { max_drop_pct: "7.5", max_growth_pct: "" };
  const dir = await makeSealedRun(temporaryLake(t), runId, { parameters });
  const facts = await readRunFacts({ runId, dir }, silentLogger);
  assert.deepEqual([facts?.maxDropPct, facts?.maxGrowthPct], [7.5, 25]);
});
