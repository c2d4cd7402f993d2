import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ExpectedError } from "../cli/errors.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { measure } from "./extract_bench.ts";
import { inOwnProcess } from "./own_process.ts";

test("the failure of a measurement in its own process is its message, without the stack", async (t) => {
  const dump = join(temporaryDirectory(t), "labels.xml.gz");
  writeFileSync(dump, gzipSync("<labels></labels>").subarray(0, -9));
  await assert.rejects(measure({ dump }), (error) => {
    assert.ok(error instanceof ExpectedError);
    assert.match(error.message, /^\S+labels\.xml\.gz: byte \d+: unexpected end of file$/);
    return true;
  });
  await assert.rejects(inOwnProcess("run_case.ts", null), {
    name: "Error",
    message: /^Cannot destructure property 'entity'[^\n]*$/,
  });
});
