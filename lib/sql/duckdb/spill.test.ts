import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../../testing/files.ts";
import { spillDirectory } from "./spill.ts";

test("what killed sessions of this machine left is removed, and nothing else", async (t) => {
  const dir = temporaryDirectory(t);
  const { pid } = spawnSync("true");
  const others = [
    `_tmp.duckdb.${hostname()}.1.${process.pid}`,
    `_tmp.duckdb.elsewhere.1.${pid}`,
    `_tmp.x.${pid}`,
    "data",
  ];
  for (const name of [...others, `_tmp.duckdb.${hostname()}.1.${pid}`]) mkdirSync(join(dir, name));
  const own = await spillDirectory(dir);
  assert.deepEqual(readdirSync(dir).sort(), [...others].sort());
  assert.ok(basename(own).startsWith("_tmp.duckdb."), own);
  assert.notEqual(await spillDirectory(dir), own);
});
