import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryDirectory } from "../files.ts";
import { readerProblems } from "./judge.ts";

test("a file of a run that left the lake without a copy in the archive is a problem", (t) => {
  const dir = temporaryDirectory(t);
  const part = "2026-08__20260805_060000/labels_v10/part-00000.parquet";
  const before = new Map([[`lake/_runs/${part}`, "file 444 abc"]]);
  const after = new Map([[part, "file 444 abc"]]);
  const problems = (...found: [string, string][]) => readerProblems(dir, new Map(found), { before, after });
  assert.deepEqual(problems([`lake/_runs/${part}`, "file 444 abc"]), []);
  assert.deepEqual(problems([part, "file 444 abc"]), []);
  const lost = `lake/_runs/${part} is neither in the lake nor in the archive`;
  assert.deepEqual(problems(), [lost]);
  assert.ok(problems([part, "file 444 torn"]).includes(lost));
});
