import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { workflowParameters } from "../parameters/workflows.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { scriptArguments } from "../testing/script_arguments.ts";
import { launcherHelp, workflowHelp } from "./help.ts";

test("the help lists every workflow with a sentence and every parameter with its values", () => {
  const text = launcherHelp();
  for (const [workflow, { takes }] of Object.entries(workflowParameters)) {
    assert.match(text, new RegExp(`^  ${workflow} +[A-Z].*\\.$`, "m"));
    const own = workflowHelp({ name: workflow, project: "" });
    for (const [parameter, { rule }] of Object.entries(takes)) {
      assert.ok(own.includes(`  ${parameter}=${rule.placeholder} `), `${workflow}: ${parameter}`);
      assert.match(text, new RegExp(`^  ${parameter}=`, "m"));
    }
  }
  const promote = workflowHelp({ name: "promote", project: "" });
  assert.match(promote, /^Makes a sealed run the active one/);
  assert.match(promote, /^Usage: bin\/digdag run promote\.dig -p promote_run_id=RUN_ID \[/m);
  assert.doesNotMatch(promote, /sql_file/);
});

test("bin/digdag shows the project's help without a lake, and suggests names for misspelt ones", (t) => {
  const cwd = temporaryDirectory(t);
  const digdag = (...args: string[]) => {
    const env = { ...process.env, DISCOGS_DATA_LAKE: "", DIGDAG: "/nowhere" };
    return spawnSync(process.execPath, scriptArguments("bin/digdag.ts", ...args), {
      cwd,
      env,
      encoding: "utf8",
    });
  };
  for (const args of [[], ["--help"], ["run", "main.dig", "--help"]]) {
    const { status, stdout, stderr } = digdag(...args);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, args[0] === "run" ? /^From the dump files of a month/ : /^Workflows:\n {2}main /m);
  }
  for (const [args, line] of [
    [["rnu", "main.dig"], 'there is no command "rnu", did you mean run?'],
    [["run", "mian"], /there is no workflow mian\.dig in .*, did you mean main\.dig\?/],
    [["run", "main.dgi"], /there is no workflow main\.dgi\.dig in .*, did you mean main\.dig\?/],
    [["run", "main", "--rerrun"], "digdag run: unknown option --rerrun, did you mean --rerun?"],
  ] as const) {
    const { status, stderr } = digdag(...args);
    assert.equal(status, 2);
    assert.match(
      stderr,
      typeof line === "string" ? new RegExp(`^digdag: error: ${line.replaceAll("?", "\\?")}\n$`) : line,
    );
  }
});

test("bin/digdag tells the version of the engine that it installs, and that it has no server", async () => {
  const digdag = (...args: string[]) => {
    const env = { ...process.env, DISCOGS_DATA_LAKE: "", DIGDAG: "" };
    return spawnSync(process.execPath, scriptArguments("bin/digdag.ts", ...args), { env, encoding: "utf8" });
  };
  for (const name of ["version", "--version"]) {
    const { status, stdout, stderr } = digdag(name);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^Digdag \d+\.\d+\.\d+\n$/);
  }
  for (const name of ["server", "push", "sched"]) {
    const { status, stderr } = digdag(name);
    assert.equal(status, 2);
    assert.match(
      stderr,
      new RegExp(`^digdag: error: there is no command "${name}": the engine that .*, set DIGDAG to .*\n$`),
    );
  }
  assert.match(
    digdag("chekc").stderr,
    /^digdag: error: there is no command "chekc", did you mean check\?\n$/,
  );
});
