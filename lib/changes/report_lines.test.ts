import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import type { Compared } from "./compare_runs.ts";
import { comparedLines, comparedSummary, failedLines } from "./report_lines.ts";

const pair = { from: { runId: "A", dir: "/a" }, to: { runId: "B", dir: "/b" } };
const there: Compared = { pair, status: "there" };
const failed: Compared = { pair, status: "failed", error: new ExpectedError("no dataset") };
const changes = [{ entity: "artist" as const, added: 1n, removed: 2n, changed: 3456n, moved: 0n }];
const compared: Compared = { pair, status: "compared", changes, details: "only in B: collection" };

test("the summary counts the pairs of runs by how they were compared", () => {
  assert.equal(comparedSummary([]), "fewer than two promoted months to compare");
  assert.equal(comparedSummary([there]), "1 pair of runs compared earlier");
  assert.equal(
    comparedSummary([compared, there, failed, compared]),
    "2 pairs of runs compared, 1 pair of runs compared earlier, 1 pair of runs failed",
  );
});

test("the lines have the counts of a comparison, and tell which pair was there or failed", () => {
  assert.deepEqual(comparedLines([compared, there, failed]), [
    "run B compared with run A",
    "         added  removed  changed  moved ids",
    "artists  1      2        3,456    0",
    "only in B: collection",
    "run B was already compared with run A",
  ]);
  assert.deepEqual(failedLines([compared, failed]), ["run B could not be compared with run A: no dataset"]);
});
