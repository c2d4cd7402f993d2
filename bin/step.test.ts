import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { projectRoot } from "../lib/files/project_root.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

const NAME = "a 'project'";

/** A project in which a step prints its directory and the arguments of `bin/run.mjs`, at a path that needs quoting. */
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

test("runs a script in the project's root, wherever it is called from, with unchanged arguments", (t) => {
  const base = project(t);
  const args = ["scripts/x.ts", "--name=", "--path=--help", "$(x) 'y'"];
  assert.deepEqual(step(base, args, { CDPATH: base }), [join(base, NAME), ...args]);
});

test("passes the session's run to the scripts that need it, each value as one word", (t) => {
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

test("becomes the script's process, which gets its signals, and exits with its exit code", (t) => {
  const base = project(t);
  writeFileSync(join(base, NAME, "bin", "run.mjs"), "console.log(process.pid); process.exit(7);");
  const { pid, status, stdout } = spawnSync(join(NAME, "bin", "step"), ["scripts/x.ts"], {
    cwd: base,
    encoding: "utf8",
  });
  assert.deepEqual([status, stdout], [7, `${pid}\n`]);
});
