import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listRuns } from "./runs.ts";
import { makeLake } from "./testing/fixture_runs.ts";

test("lists runs, building runs, and other names with the reason", async () => {
  const lake = makeLake();
  const runs = join(lake, "_runs");
  for (const name of [
    "2025-12__20260120_194923",
    "2025-11__20251220_194923",
    "2025-10__20251120_194923",
    "_building.2026-01__20260220_194923",
    "_building.junk",
    "20260117_192144",
    "2025-12__20260230_194923",
    "_tmp.discarded.x.1",
    "backup",
  ]) {
    mkdirSync(join(runs, name));
  }
  writeFileSync(join(runs, "2025-12__20260120_194923", "manifest.json"), "{}");
  writeFileSync(join(runs, "2025-11__20251220_194923", "run_manifest.json"), "{}");
  writeFileSync(join(runs, "2025-09__20251120_194923"), "");
  symlinkSync("nowhere", join(runs, "2025-08__20251120_194923"));
  symlinkSync("2025-07__20251120_194923", join(runs, "2025-07__20251120_194923"));
  symlinkSync("2025-09__20251120_194923/x", join(runs, "2025-06__20251120_194923"));

  const list = await listRuns(lake);
  assert.deepEqual(
    list.runs.map((run) => [run.runId, run.origin]),
    [
      ["2025-10__20251120_194923", "original"],
      ["2025-11__20251220_194923", "original"],
      ["2025-12__20260120_194923", "sealed"],
    ],
  );
  assert.deepEqual(list.building, ["2026-01__20260220_194923"]);
  const noRunId = "not a run id (YYYY-MM__YYYYMMDD_HHMMSS with a real date and time)";
  assert.deepEqual(Object.fromEntries(list.ignored.map(({ name, reason }) => [name, reason])), {
    "2025-06__20251120_194923": "not a directory",
    "2025-07__20251120_194923": "not a directory",
    "2025-08__20251120_194923": "not a directory",
    "2025-09__20251120_194923": "not a directory",
    "2025-12__20260230_194923": noRunId,
    "20260117_192144": "old name YYYYMMDD_HHMMSS, without a dump month",
    "_building.2026-01__20260220_194923": "not sealed: it is being built, or failed",
    "_building.junk": noRunId,
    "_tmp.discarded.x.1": "left over from an interrupted step",
    backup: noRunId,
  });
});

test("lists nothing in a lake without runs", async () => {
  assert.deepEqual(await listRuns(join(makeLake(), "nowhere")), { runs: [], building: [], ignored: [] });
});
