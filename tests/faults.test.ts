import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { scratchDirectory } from "../lib/lake/testing/scratch.ts";
import { type Outcome, removeDirectory, runCampaign } from "../lib/testing/faults/campaign.ts";
import { isWanted, testFaults } from "../lib/testing/faults/fault_test.ts";
import { compileInjector, injected } from "../lib/testing/faults/preload.ts";
import { copyDirectory, type Prepared, prepareSteps } from "../lib/testing/faults/prepare.ts";
import { runStep } from "../lib/testing/faults/run_step.ts";
import { injectionName, injectionsAt, sitesOf } from "../lib/testing/faults/sites.ts";
import { lakeIn, stateOf } from "../lib/testing/faults/state.ts";
import { countEach, tracedChanges } from "../lib/testing/faults/strace.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";

// The short form of scripts/test_faults.ts. If the machine can't run it, the tests are skipped with the reason.

const injector = compileInjector(process.env);
const library = "library" in injector ? injector.library : "";
const skip = "unavailable" in injector ? injector.unavailable : false;
const strace = spawnSync("strace", ["--version"]).status === 0;

const base = scratchDirectory();
let prepared: Prepared;

before(async () => {
  if (skip !== false) return;
  prepared = await prepareSteps({ library, base, wants: isWanted("short"), log: () => {} });
});

test("a script that meets a fault leaves the state before or after, and repeating it completes", {
  skip,
}, async () => {
  const jobs = availableParallelism();
  const common = { base: join(base, "copies"), choice: "short", goesOn: () => true, log: () => {} } as const;
  mkdirSync(common.base);
  const { steps, failures, undone } = await testFaults({ ...prepared, ...common, jobs });
  const named = failures.map(
    ({ injection, problems }) => `${injectionName(injection)}: ${problems.join("; ")}`,
  );
  assert.deepEqual([named, undone], [[], []]);
  assert.ok(steps.length >= 10);
  for (const { step, injections } of steps) assert.ok(injections >= 4, `${step}: ${injections} injections`);
});

/** Careless scripts, whose faults must be detected. */
const CARELESS: Record<string, [script: string, found: RegExp]> = {
  "writes in place": [`writeFileSync(path, text);`, /readers see lake\/x\.json/],
  "leaves its temporary file": [
    `writeFileSync(path + "._tmp." + process.pid, text); renameSync(path + "._tmp." + process.pid, path);`,
    /readers see|repeated, it left/,
  ],
  "swallows the error": [`try { writeFileSync(path, text) } catch {}`, /exit code 0, but/],
  "prints a stack": [
    `try { writeFileSync(path, text) } catch (error) { console.error(error.stack); process.exit(3); }`,
    /stderr has a stack/,
  ],
  "refuses to be repeated": [`mkdirSync(path + ".d"); writeFileSync(path, text);`, /repeated, it ended with/],
};

for (const [what, [script, found]] of Object.entries(CARELESS)) {
  test(`detects a script that ${what}`, { skip }, async (t) => {
    const dir = temporaryDirectory(t);
    const bundle = join(dir, "script.mjs");
    const begin = `import { mkdirSync, renameSync, writeFileSync } from "node:fs";
      const path = process.argv[2] + "/x.json"; const text = JSON.stringify({ long: "enough" });`;
    writeFileSync(bundle, `${begin}\n${script}\n`);
    const machine = { library, bundles: new Map([["x.ts", bundle]]), scratch: dir };
    const step = {
      name: "x",
      script: "x.ts",
      args: (copy: string) => [lakeIn(copy)],
      after: "nothing",
      isShort: false,
    };
    const [start, result] = [join(dir, "start"), join(dir, "result")];
    mkdirSync(lakeIn(start), { recursive: true });
    copyDirectory(start, result);
    const sites = sitesOf((await runStep(step, result, machine)).calls);
    const careless = { step, start, sites, before: await stateOf(start), after: await stateOf(result) };
    const outcomes: Outcome[] = [];
    await runCampaign({
      machine,
      steps: [careless],
      injections: injectionsAt("x", sites),
      base: dir,
      jobs: 1,
      goesOn: () => true,
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    assert.match(outcomes.flatMap(({ problems }) => problems).join("\n"), found);
  });
}

/** Steps that create links, directories and files with Node, DuckDB and both. */
const TRACED = ["ingest", "seal", "promote", "register_run_schema"];

test("the library sees every call that changes a file, like strace", {
  skip: skip || (strace ? false : "needs strace to compare the calls with"),
}, async () => {
  const { machine, steps } = prepared;
  const traced = steps.filter(({ step }) => TRACED.includes(step.name));
  assert.equal(traced.length, TRACED.length);
  for (const { step, start } of traced) {
    const dir = join(base, "traced");
    copyDirectory(start, dir);
    const [log, trace] = [join(base, "log"), join(base, "trace")];
    const command = [process.execPath, machine.bundles.get(step.script) ?? "", ...step.args(dir)];
    const env = { PATH: process.env.PATH, TMPDIR: base, ...injected(library, dir, log) };
    const changes = tracedChanges(command, env, { dir, trace });
    const lines = readFileSync(log, "utf8").trim().split("\n");
    const counted = countEach(lines.map((line) => line.replace(/\t.*/, "").replace("create", "open")));
    assert.deepEqual(counted, changes, step.name);
    removeDirectory(dir);
    rmSync(log);
  }
});
