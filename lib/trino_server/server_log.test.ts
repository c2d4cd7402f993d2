import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { lastError, lastLines } from "./server_log.ts";

test("a server exited for the first of its configuration errors, else for its last error", (t) => {
  const path = join(temporaryDirectory(t), "server.log");
  const reason = (...lines: string[]) => {
    writeFileSync(path, `${lines.join("\n")}\n`);
    return lastError(path);
  };
  assert.equal(lastError(path), "it wrote no log");
  assert.equal(reason("INFO starting", "INFO   done"), "INFO done");
  assert.equal(reason("x ERROR one", "Caused by: two", "INFO bye"), "Caused by: two");
  assert.equal(reason("x ERROR failed", "1) Bad port", "2) Bad path", "x ERROR later"), "1) Bad port");
});

test("the end of a log has as many lines as asked for", (t) => {
  const path = join(temporaryDirectory(t), "server.log");
  assert.deepEqual(lastLines(path, 2), []);
  writeFileSync(path, "a\nb\nc\n");
  assert.deepEqual(lastLines(path, 2), ["b", "c"]);
});
