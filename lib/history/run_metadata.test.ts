import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { readRunMetadata, UNKNOWN_METADATA } from "./run_metadata.ts";

test("fields that a manifest lacks or that are not text are unknown", async (t) => {
  const dir = temporaryDirectory(t);
  assert.deepEqual(await readRunMetadata(dir, silentLogger), UNKNOWN_METADATA);
  writeFileSync(join(dir, "run_manifest.json"), '{"git_sha": "", "dump_month": 202512, "run_mode": "prod"}');
  assert.deepEqual(await readRunMetadata(dir, silentLogger), { ...UNKNOWN_METADATA, run_mode: "prod" });
  const sealed = { dump_month: "2025-12", dump_date: "2025-12-01", run_mode: "dev", git_sha: null };
  writeFileSync(join(dir, "manifest.json"), JSON.stringify(sealed));
  assert.deepEqual(await readRunMetadata(dir, silentLogger), sealed, "prefers manifest.json");
});

test("an unreadable manifest is a warning and does not stop the rest", async (t) => {
  const dir = temporaryDirectory(t);
  for (const text of ["{", "[]", "null"]) {
    const warnings: string[] = [];
    writeFileSync(join(dir, "run_manifest.json"), text);
    const log = { ...silentLogger, warn: (message: string) => warnings.push(message) };
    assert.deepEqual(await readRunMetadata(dir, log), UNKNOWN_METADATA);
    assert.match(warnings.join(), /run_manifest\.json/, text);
  }
});
