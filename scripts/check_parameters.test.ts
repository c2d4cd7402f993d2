import assert from "node:assert/strict";
import { test } from "node:test";
import { STAGE_LOG } from "../lib/cli/stage_log.ts";
import { EXPORTED } from "../lib/parameters/given.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./check_parameters.ts";

/** What Digdag itself sets, of any version. */
const OF_DIGDAG = [
  "timezone",
  "attempt_id",
  "revision",
  "project_id",
  "project_name",
  "workflow_id",
  "workflow_name",
  "workflow_definition_id",
  "session_time",
  "session_uuid",
  "last_session_time",
  "next_session_date",
  "last_executed_session_time",
];

/** Checks the parameters in a task, as check_parameters.yml does. */
function check(parameters: object, task_name = "+main+parameters^sub", env: NodeJS.ProcessEnv = {}) {
  const given = encodeURIComponent(JSON.stringify({ ...parameters, task_name }));
  return runMain(main, [`--given=${given}`], env);
}

test("names the parameters that were given, without what Digdag and the workflows set", async () => {
  const set = Object.fromEntries([...OF_DIGDAG, ...EXPORTED].map((name) => [name, "x"]));
  const none = await check(set);
  assert.equal(none.code, 0, none.stderr);
  assert.match(none.stderr, / main\.dig was given no parameters\n$/);
  const some = await check({ ...set, max_drop_pct: 7, datasets: null, do_download: false });
  assert.equal(some.code, 0, some.stderr);
  assert.match(some.stderr, / given max_drop_pct="7" datasets="" do_download="false"\n$/);
});

test("an unknown parameter or an invalid value of the started workflow is exit 2", async () => {
  for (const [parameters, task, message] of [
    [{ dry_run: "nein" }, "+rollback+parameters", 'dry_run is "nein", but must be true or false'],
    [{ dry_run: ["a"] }, "+digdag/rollback+parameters", 'dry_run is "[\\"a\\"]", but must be true or false'],
    [{ run_mdoe: "prod" }, "+main+parameters", 'there is no parameter "run_mdoe", did you mean run_mode?'],
    [{}, "main", "--given lacks the name of a workflow's task"],
  ] as const) {
    const { code, stderr } = await check(parameters, task);
    assert.deepEqual([code, stderr], [2, `scripts/check_parameters.ts: error: ${message}\n`]);
  }
  const { code, stderr } = await runMain(main, ["--given=%7B"]);
  assert.deepEqual(
    [code, /error: --given is not what check_parameters\.yml passes\n$/.test(stderr)],
    [2, true],
  );
});

test("if_new=true is refused where bin/digdag could not check it before the session", async () => {
  const alone = await check({ if_new: "true" });
  assert.deepEqual(
    [alone.code, /error: if_new=true works only with bin\/digdag/.test(alone.stderr)],
    [2, true],
  );
  const byLauncher = await check({ if_new: "true" }, undefined, { [STAGE_LOG]: "/the/log" });
  assert.equal(byLauncher.code, 0, byLauncher.stderr);
  assert.equal((await check({ if_new: "false" })).code, 0);
});
