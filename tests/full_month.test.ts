import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { finish } from "../lib/digdag/testing/digdag_project.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { sqlFiles } from "../lib/sql/sql_files.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { scriptArguments } from "../lib/testing/script_arguments.ts";

const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  finish(
    spawn(program, args, {
      cwd: projectRoot,
      env: { ...process.env, DIGDAG: "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );

const testFull = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, scriptArguments("scripts/test_full.ts", ...args), env);

/** The longest form that the pages show; theirs without `--publish` does a part of it. */
const SHOWN = "npm run test:full -- --publish";

test("runs the full-size test at a ten-thousandth of the size", async (t) => {
  const dir = temporaryDirectory(t);
  const { code, stdout, stderr } = await run("sh", ["-c", `${SHOWN} --scale=10000 --dir="$0"`, dir]);
  assert.equal(code, 0, stderr);
  const summary = stdout.slice(stdout.lastIndexOf("\npart "));
  for (const part of [
    "dumps of 2026-09",
    "main.dig, 2026-09",
    "dumps of 2026-10",
    "main.dig, 2026-10",
    "comparison",
    "history_pipeline.dig",
    "showcase queries",
    "publishing",
    "rollback.dig",
  ]) {
    const [, seconds, memory] = new RegExp(`^${part}.* (\\d+\\.\\d) +(\\d+)$`, "m").exec(summary) ?? [];
    assert.ok(Number(seconds) > 0 && Number(memory) > 50, `${part}: ${summary}`);
  }
  for (const query of sqlFiles("showcase_queries")) {
    assert.match(stdout, new RegExp(`\\| +${query.replace(".sql", "")}$`, "m"));
  }
  const [, ...found] =
    /^release: (0) added, (\d+) removed, ([1-9]\d*) changed; generated: .*"removed":(\d+),"merged":0,"changed":(\d+)\}$/m
      .exec(stdout)
      ?.map(Number) ?? [];
  assert.deepEqual(found, [0, found[3], found[4], found[3], found[4]], stdout);
  assert.equal(found.length, 5);
  assert.deepEqual(readdirSync(dir), ["raw_10000"]);
  assert.deepEqual(readdirSync(join(dir, "raw_10000")), [], "neither the dumps nor the lake are kept");
});

test("stops at the first failure and keeps the lake, and refuses a raw root without the month at once", async (t) => {
  const dir = temporaryDirectory(t);
  const absent = await testFull([`--dir=${dir}`, `--raw=${join(dir, "none")}`]);
  assert.equal(absent.code, 2);
  assert.match(absent.stderr, /scripts\/test_full\.ts: error: .*none/);
  assert.deepEqual(readdirSync(dir), []);
  const old = join(temporaryDirectory(t), "raw");
  mkdirSync(join(old, "2026-09"), { recursive: true });
  for (const dump of ["artists", "labels", "masters", "releases"])
    writeFileSync(join(old, "2026-09", `discogs_20260901_${dump}.xml.gz`), "");
  writeFileSync(join(old, "2026-09", "sample.json"), '{"options":{}}');
  const outdated = await testFull([`--dir=${dir}`, `--raw=${old}`]);
  assert.equal(outdated.code, 2);
  assert.match(outdated.stderr, /scripts\/test_full\.ts: error: .*sample\.json/);
  assert.deepEqual(readdirSync(dir), []);
  const failed = await testFull(["--scale=10000", `--dir=${dir}`], { DIGDAG: "/bin/false" });
  assert.equal(failed.code, 2);
  assert.match(failed.stdout, /^dumps of 2026-09:$/m);
  assert.doesNotMatch(failed.stdout, /^main\.dig/m);
  assert.match(failed.stderr, /error: digdag run main\.dig .*dump_month=2026-09.* failed: exit 1/);
  assert.equal(readdirSync(dir).filter((name) => name.startsWith("proof-")).length, 1);
});
