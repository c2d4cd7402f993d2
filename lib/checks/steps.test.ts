import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { stepsByCount, stepsBySize } from "./steps.ts";

function keepingLogger() {
  const shown: string[] = [];
  return { shown, log: { ...silentLogger, progress: (message: string) => void shown.push(message) } };
}

test("weights datasets by the bytes of their files, and missing ones by 0", (t) => {
  const root = temporaryDirectory(t);
  for (const [name, bytes] of [
    ["large", 3000],
    ["small", 1000],
  ] as const) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "part-00000.parquet"), "x".repeat(bytes));
  }
  const { shown, log } = keepingLogger();
  const show = stepsBySize(log, "reading", { root, directories: ["large", "absent", "small"] });
  for (const directory of ["large", "absent", "small"]) show(directory);
  const texts = shown.map((text) => text.replace(/ [\d.]+ \w+\/s, .* left,/, ""));
  assert.deepEqual(texts, [
    "reading: 0 % of 4.0 kB, large",
    "reading: 75 % of 4.0 kB, absent",
    "reading: 75 % of 4.0 kB, small",
  ]);
});

test("weights checks equally", () => {
  const { shown, log } = keepingLogger();
  const show = stepsByCount(log, "comparing", ["a", "b"]);
  show("a");
  show("b");
  assert.equal(shown[0], "comparing: 0 % of 2 checks, a");
  assert.match(shown[1] ?? "", /^comparing: 50 % of 2 checks, .*b$/);
});
