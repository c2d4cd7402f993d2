import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { checkLake } from "./machine.ts";

test("creates a lake and leaves nothing in it", async (t) => {
  const lake = join(temporaryDirectory(t), "a", "env=prod");
  await checkLake(lake);
  assert.deepEqual(readdirSync(lake), []);
});

test("refuses a lake that can't be written", async (t) => {
  const file = join(temporaryDirectory(t), "file");
  writeFileSync(file, "");
  await assert.rejects(checkLake(join(file, "lake")), (error) => {
    assert.ok(error instanceof ExpectedError);
    assert.match(error.message, /the lake \S+ can't be written: /);
    return true;
  });
});

test("refuses a lake that DuckDB can't read before creating anything", async (t) => {
  for (const name of ["[lake]", "l*ke", "lake?", "la\\ke"]) {
    const lake = join(temporaryDirectory(t), name);
    await assert.rejects(checkLake(lake), /DuckDB can't read below a directory with \*, \?, \[, \] or \\/);
    assert.equal(existsSync(lake), false);
  }
});
