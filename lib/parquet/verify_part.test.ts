import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { runUnfenced } from "../testing/run_fixture.ts";
import { rowsInFooter } from "./verify_part.ts";

test("counts rows by the footer, and names a file without one or that can't be read", async (t) => {
  const dir = temporaryDirectory(t);
  const whole = join(dir, "whole");
  await runUnfenced(`COPY (SELECT range FROM range(7)) TO '${whole}' (FORMAT parquet)`);
  assert.equal(await rowsInFooter(whole), 7);
  const cut = join(dir, "cut");
  writeFileSync(cut, readFileSync(whole).subarray(0, -1));
  await assert.rejects(
    rowsInFooter(cut),
    (error) => error instanceof ExpectedError && error.message.startsWith(`${cut} is not a complete Parquet`),
  );
  const unreadable = join(dir, "unreadable");
  mkdirSync(unreadable);
  await assert.rejects(
    rowsInFooter(unreadable),
    (error) => systemFailure(error)?.text === `${unreadable}: is a directory (EISDIR, read)`,
  );
});
