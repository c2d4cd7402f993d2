import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { test } from "node:test";
import { monthPairs } from "../../changes/pairs.ts";
import { silentLogger } from "../../cli/log.ts";
import { lakePaths } from "../../files/paths.ts";
import { makeOriginalRun } from "../../lake/testing/fixture_runs.ts";
import { switchWithRecord } from "../../promotion/promotions.ts";
import { openEngine } from "../../sql/choose.ts";
import type { SqlEngine } from "../../sql/engine.ts";
import { temporaryLake } from "../../testing/run_fixture.ts";
import { readHistoryData } from "./history.ts";

const runOf = (month: string, hour: number) => `${month}__${month.replace("-", "")}15_${hour}0000`;

/** An engine whose registry has this one run as damaged. */
async function registryOf(lake: string, damaged: string): Promise<SqlEngine> {
  const engine = await openEngine(lake, { threads: 1 }, { env: {} });
  return {
    ...engine,
    objects: async () => [{ name: "run_registry_latest", kind: "view" }],
    query: () => engine.query(`SELECT '${damaged}' AS run_id, 'failed_incomplete' AS status, '' AS details`),
  };
}

test("a month is shown by its run that was active last, which is also the one that is compared", async (t) => {
  const lake = temporaryLake(t);
  const [first, second, third, fourth] = ["2026-01", "2026-02", "2026-03", "2026-04"];
  for (const month of [first, second, third, fourth]) {
    for (const hour of [11, 12, 13]) await makeOriginalRun(lake, runOf(month, hour));
  }
  // By the Python original, which kept no record.
  symlinkSync(`_runs/${runOf(first, 11)}`, lakePaths(lake).active);
  const promote = (runId: string) => switchWithRecord(lake, { action: "promote", runId });
  await promote(runOf(second, 12));
  await promote(runOf(second, 13));
  await switchWithRecord(lake, { action: "rollback", runId: runOf(second, 12) });
  await promote(runOf(fourth, 12));
  await promote(runOf(fourth, 11));
  const engine = await registryOf(lake, runOf(third, 13));
  const { months } = await readHistoryData({ lake, engine, log: silentLogger });
  await engine.close();
  assert.deepEqual(
    months.map(({ runId }) => runId),
    [runOf(first, 11), runOf(second, 12), runOf(third, 12), runOf(fourth, 11)],
    "without an active one, the last of those that are whole",
  );
  assert.deepEqual(
    (await monthPairs(lake)).map(({ from, to }) => [from.runId, to.runId]),
    [
      [runOf(first, 11), runOf(second, 12)],
      [runOf(second, 12), runOf(fourth, 11)],
    ],
  );
});
