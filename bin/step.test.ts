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

/** Replaces `bin/run.mjs` by one that finds all dumps but that of labels, as `scripts/check_dumps.ts` does. */
function lacksLabels(base: string): void {
  writeFileSync(
    join(base, NAME, "bin", "run.mjs"),
    `const args = process.argv.slice(2);
if (args[1] === "--path-of=labels") {
  console.error("no dump of labels");
  process.exit(2);
}
console.log(args[0] === "scripts/check_dumps.ts" ? "/raw/" + args.slice(1).join(" ") : JSON.stringify(args));`,
  );
}

const OF_MONTH = { run_id: "", dump_month: "2026-07", raw_root: "a 'root'" };

test("passes the path of the month's dump to the scripts that need one", (t) => {
  const base = project(t);
  lacksLabels(base);
  assert.deepEqual(step(base, ["--of-dump=releases", "tests/x.ts", "--memory-limit="], OF_MONTH), [
    "tests/x.ts",
    "--memory-limit=",
    "/raw/--path-of=releases --run-id= --dump-month=2026-07 --raw-root=a 'root'",
  ]);
});

test("does not run a script whose dump is missing: the search ends the step", (t) => {
  const base = project(t);
  lacksLabels(base);
  const { status, stdout, stderr } = spawnSync(
    join(NAME, "bin", "step"),
    ["--of-dump=labels", "tests/x.ts"],
    {
      cwd: base,
      env: { ...process.env, ...OF_MONTH },
      encoding: "utf8",
    },
  );
  assert.deepEqual([status, stdout, stderr], [2, "", "no dump of labels\n"]);
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
