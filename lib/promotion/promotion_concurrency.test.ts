import assert from "node:assert/strict";
import { once } from "node:events";
import { readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { ended, runScript, startScript } from "../lake/testing/run_script.ts";
import { switchActive } from "./active.ts";
import { promote } from "./promote.ts";
import { openIntents, readPromotions } from "./promotions.ts";

const [A, B] = ["2025-11__20251220_000000", "2025-12__20260120_000000"] as const;

async function lakeWithTwoRuns() {
  const lake = makeLake();
  await makeSealedRun(lake, A);
  await makeSealedRun(lake, B);
  return lake;
}

test("readers through active never fail while it is switched 100 times", async () => {
  const lake = await lakeWithTwoRuns();
  await promote(lake, A);
  const stop = join(lake, "stop");
  const readers = [1, 2].map(() => startScript("lib/lake/testing/active_reader.ts", [lake, stop]));
  await Promise.all(readers.map((reader) => once(reader.stdout ?? reader, "data")));
  const results = readers.map(ended);
  for (let i = 0; i < 100; i += 1) {
    await switchActive(lake, i % 2 === 0 ? B : A);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  writeFileSync(stop, "");
  for (const { stdout, stderr } of await Promise.all(results)) {
    const { reads, failures } = JSON.parse(stdout);
    assert.equal(failures, 0, stderr);
    assert.ok(reads > 300, `only ${reads} reads`);
  }
});

test("concurrent promotions succeed or name the running one, and the record agrees with the link", async () => {
  const lake = await lakeWithTwoRuns();
  const args = ["--lake", lake, "--allow-older"];
  const results = await Promise.all([A, B, A, B].map((run) => runScript("scripts/promote.ts", run, ...args)));
  for (const { code, stderr } of results) {
    if (code !== 0) assert.match(stderr, /error: locked by pid \d+ \(promoting run/);
  }
  assert.ok(results.some(({ code }) => code === 0));
  const promotions = await readPromotions(lake);
  assert.deepEqual(openIntents(promotions), []);
  const last = promotions.lines.findLast((line) => line.event === "intent");
  assert.equal(readlinkSync(join(lake, "active")), `_runs/${last?.event === "intent" ? last.run_id : ""}`);
});

test("refuses a second promotion and names the running one", async () => {
  const lake = await lakeWithTwoRuns();
  const refusals: Promise<unknown>[] = [];
  const afterStep = (step: string) => {
    if (step === "intent") refusals.push(assert.rejects(promote(lake, B), new RegExp(`pid ${process.pid}`)));
  };
  await promote(lake, A, { afterStep });
  assert.equal(refusals.length, 1);
  await Promise.all(refusals);
  assert.equal(readlinkSync(join(lake, "active")), `_runs/${A}`);
});
