import assert from "node:assert/strict";
import { test } from "node:test";
import { threadShare } from "./thread_share.ts";

for (const [cores, releases] of [
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [8, 4],
] as const) {
  test(`of ${cores} cores, releases get ${releases} and other dumps one`, () => {
    assert.equal(threadShare("releases", cores), releases);
    for (const dump of ["artists", "masters", "labels"]) assert.equal(threadShare(dump, cores), 1);
  });
}
