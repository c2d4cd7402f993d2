import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { longestFirst, measuringCode, readMeasured, withMeasured } from "./cpu_seconds.ts";
import { temporaryDirectory } from "./files.ts";

test("files without a record begin first, in their order, then the longest", () => {
  const files = ["a", "b", "c", "d"];
  assert.deepEqual(longestFirst(files, { c: 30, b: 200, gone: 500 }), ["a", "d", "b", "c"]);
});

test("a measurement replaces the file's last one; files that are gone are left out", () => {
  const recorded = { gone: 9, kept: 7, shorter: 5 };
  const record = withMeasured(recorded, { shorter: 0.4, longer: 12.6, again: 3 }, [
    "again",
    "kept",
    "longer",
    "shorter",
  ]);
  assert.deepEqual(Object.entries(record), [
    ["again", 3],
    ["kept", 7],
    ["longer", 13],
    ["shorter", 0],
  ]);
});

test("the CPU time of a process includes that of the processes that it waited for", {
  skip: process.platform !== "linux",
}, async (t) => {
  const dir = temporaryDirectory(t);
  const busy = "const end = () => process.cpuUsage().user > 400_000; while (!end());";
  const parent = `${measuringCode("x", join(dir, "measured"))}
    import { spawnSync } from "node:child_process";
    spawnSync(process.execPath, ["-e", ${JSON.stringify(busy)}]);`;
  writeFileSync(join(dir, "parent.mjs"), parent);
  execFileSync(process.execPath, [join(dir, "parent.mjs")]);
  const { x = 0 } = await readMeasured(join(dir, "measured"));
  assert.ok(x >= 0.4, `${x} s`);
});
