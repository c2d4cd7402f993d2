import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { inLake } from "./machine.ts";

const begin = async () => "begun";

test("creates a lake and leaves nothing in it", async (t) => {
  const lake = join(temporaryDirectory(t), "a", "env=prod");
  assert.equal(await inLake(lake, begin), "begun");
  assert.deepEqual(readdirSync(lake), []);
});

test("what is refused leaves no directory that was created for it, but one that existed", async (t) => {
  const dir = temporaryDirectory(t);
  const refuse = async () => {
    throw new ExpectedError("no dumps");
  };
  for (const lake of [dir, join(dir, "a", "env=prod")]) {
    await assert.rejects(inLake(lake, refuse), /^ExpectedError: no dumps$/);
    assert.deepEqual(readdirSync(dir), []);
  }
  const tooLong = join(dir, "a", "b".repeat(256));
  await assert.rejects(inLake(tooLong, begin), /the lake \S+ can't be written: .*too long/);
  assert.deepEqual(readdirSync(dir), []);
});

test("refuses a lake that can't be written", async (t) => {
  const file = join(temporaryDirectory(t), "file");
  writeFileSync(file, "");
  await assert.rejects(inLake(join(file, "lake"), begin), (error) => {
    assert.ok(error instanceof ExpectedError);
    assert.match(error.message, /the lake \S+ can't be written: /);
    return true;
  });
});

test("refuses a lake that DuckDB can't read before creating anything", async (t) => {
  for (const name of ["[lake]", "l*ke", "lake?", "la\\ke"]) {
    const lake = join(temporaryDirectory(t), name);
    await assert.rejects(
      inLake(lake, begin),
      /DuckDB can't read below a directory with \*, \?, \[, \] or \\/,
    );
    assert.equal(existsSync(lake), false);
  }
});
