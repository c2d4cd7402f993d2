import assert from "node:assert/strict";
import { test } from "node:test";
import { codeVersion } from "../code/code_version.ts";
import type { Manifest } from "../lake/manifest.ts";
import { makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { sealedAlready, type WantedRun } from "./sealed_already.ts";

const MONTH = "2026-07";
const FIRST = "2026-07__20260801_020304";
const LATER = "2026-07__20260802_020304";

const wanted = (change: Partial<WantedRun> = {}): WantedRun => ({
  month: MONTH,
  datasets: "historical",
  removesControlCharacters: false,
  hasSources: async () => true,
  ...change,
});

test("finds the newest run of the month made from the same inputs by the same code", async (t) => {
  const lake = temporaryLake(t);
  assert.equal(await sealedAlready(lake, wanted()), undefined);
  await makeSealedRun(lake, "2026-06__20260701_020304", { codeVersion: codeVersion() });
  assert.equal(await sealedAlready(lake, wanted()), undefined);
  await makeSealedRun(lake, FIRST, { codeVersion: codeVersion() });
  await makeSealedRun(lake, LATER, { codeVersion: codeVersion() });
  assert.equal((await sealedAlready(lake, wanted()))?.runId, LATER);
});

test("different code, datasets, options or sources require a new run", async (t) => {
  const lake = temporaryLake(t);
  await makeSealedRun(lake, FIRST);
  assert.equal(await sealedAlready(lake, wanted()), undefined, "code of another version");
  await makeSealedRun(lake, LATER, { codeVersion: codeVersion() });
  for (const change of [
    { datasets: "all" },
    { datasets: "release_tracks_v1" },
    { removesControlCharacters: true },
    { hasSources: async () => false },
  ]) {
    assert.equal(await sealedAlready(lake, wanted(change)), undefined, JSON.stringify(change));
  }
  const asked: Manifest["sources"][] = [];
  await sealedAlready(lake, wanted({ hasSources: async (sources) => asked.push(sources) > 0 }));
  assert.deepEqual(
    asked.flat().map(({ name }) => name),
    ["discogs_20251201_fixture.xml.gz"],
  );
});
