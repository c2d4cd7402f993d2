import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { checkLake } from "./machine.ts";

test("a lake is made where it can be, and nothing is left in it", async (t) => {
  const lake = join(temporaryDirectory(t), "a", "env=prod");
  await checkLake(lake);
  assert.deepEqual(readdirSync(lake), []);
});

test("a lake that cannot be written is refused", async (t) => {
  const file = join(temporaryDirectory(t), "file");
  writeFileSync(file, "");
  await assert.rejects(checkLake(join(file, "lake")), (error) => {
    assert.ok(error instanceof ExpectedError);
    assert.match(error.message, /the lake \S+ can't be written: /);
    return true;
  });
});

test("a lake that DuckDB cannot read is refused before anything is made", async (t) => {
  for (const name of ["[lake]", "l*ke", "lake?", "la\\ke"]) {
    const lake = join(temporaryDirectory(t), name);
    await assert.rejects(checkLake(lake), /DuckDB can't read below a directory with \*, \?, \[, \] or \\/);
    assert.equal(existsSync(lake), false);
  }
});
