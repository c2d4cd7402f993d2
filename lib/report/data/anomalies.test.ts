import assert from "node:assert/strict";
import { test } from "node:test";
import { syntheticHistory } from "../testing/months.ts";
import { anomalySeries } from "./anomalies.ts";

test("what the month before did not count did not occur there, but references that it did not check are unknown", () => {
  const [first, second] = syntheticHistory(2).runs;
  const releases = first?.facts?.datasets.get("releases_v6");
  assert.ok(first?.facts !== undefined && second !== undefined && releases !== undefined);
  const datasets = new Map(first.facts.datasets).set("releases_v6", {
    ...releases,
    counts: {},
    references: {},
  });
  const runs = [{ ...first, facts: { ...first.facts, datasets } }, second];
  const series = anomalySeries({ runs, months: runs });
  const mostOf = (wanted: string) => series.find(({ name }) => name === wanted)?.points.at(-1)?.most;
  assert.equal(typeof mostOf("releases_v6.null_release_id"), "number");
  assert.equal(mostOf("releases_v6.master_id.orphans"), undefined);
});
