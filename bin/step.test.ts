import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { projectRoot } from "../lib/digdag/places.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

const NAME = "a 'project'";

/** A project in which a step prints where it runs and what `bin/run.mjs` is given, in a place that has to be quoted. */
function project(t: TestContext): string {
  const base = realpathSync(temporaryDirectory(t));
  mkdirSync(join(base, NAME, "bin"), { recursive: true });
  writeFileSync(
    join(base, NAME, "bin", "run.mjs"),
    "console.log(JSON.stringify([process.cwd(), ...process.argv.slice(2)]));",
  );
  cpSync(join(projectRoot, "bin", "step"), join(base, NAME, "bin", "step"));
  return base;
}

function step(base: string, args: string[], env: Record<string, string> = {}): unknown {
  const options = { cwd: base, env: { ...process.env, ...env }, encoding: "utf8" } as const;
  return JSON.parse(execFileSync(join(NAME, "bin", "step"), args, options));
}

test("a script runs in the project's root, wherever it is called from, with its arguments as they are", (t) => {
  const base = project(t);
  const args = ["scripts/x.ts", "--name=", "--path=--help", "$(x) 'y'"];
  assert.deepEqual(step(base, args, { CDPATH: base }), [join(base, NAME), ...args]);
});

test("what works on the session's run is given it, each value in one word", (t) => {
  const base = project(t);
  const env = { run_id: "--help", dump_month: "", session_time: "2026-07-02T03:04:05+00:00" };
  assert.deepEqual(step(base, ["--of-run", "scripts/x.ts", "--only=labels"], env), [
    join(base, NAME),
    "scripts/x.ts",
    "--only=labels",
    "--run-id=--help",
    "--dump-month=",
    "--session-time=2026-07-02T03:04:05+00:00",
  ]);
});

test("the script's exit code is the step's", (t) => {
  const base = project(t);
  writeFileSync(join(base, NAME, "bin", "run.mjs"), "process.exit(7);");
  assert.equal(spawnSync(join(NAME, "bin", "step"), ["scripts/x.ts"], { cwd: base }).status, 7);
});
