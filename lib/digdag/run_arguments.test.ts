import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { parseRunArguments } from "./run_arguments.ts";

const parse = (...argv: string[]) => parseRunArguments(argv, "/here");

test("takes out workflow, session and project, and passes the rest to Digdag", () => {
  const run = parse("-p", "a=1", "main.dig", "--session", "daily", "--project", "dir", "-l", "debug", "-E");
  assert.equal(run.workflow, "main.dig");
  assert.equal(run.session, "daily");
  assert.equal(run.project, "/here/dir");
  assert.deepEqual(run.rest, ["-p", "a=1", "-l", "debug", "-E"]);
  assert.deepEqual([run.tasks, run.dryRun, run.ownStatus, run.rerun], [[], false, false, false]);
});

test("makes paths absolute, because Digdag runs in the workflow's folder", () => {
  assert.deepEqual(parse("main", "--save", "st", "-O", "logs").rest, [
    "--save",
    "/here/st",
    "-O",
    "/here/logs",
  ]);
  assert.equal(parse("main", "--save", "st").ownStatus, true);
});

test("recognises runs of some tasks, of none, and of all again", () => {
  for (const option of ["-s", "--goal", "-e"]) assert.deepEqual(parse("main", option, "+x").tasks, ["+x"]);
  const task = parse("main", "+x");
  assert.deepEqual([task.tasks, task.rest], [["+x"], ["+x"]]);
  for (const option of ["-dE", "--help", "-help"]) assert.equal(parse("main", option).dryRun, true);
  assert.equal(parse("main", "--rerun").rerun, true);
});

test("-p overrides a parameters file, and its values may contain =", async () => {
  const dir = await mkdtemp(join(tmpdir(), "run-arguments-"));
  try {
    const file = join(dir, "p.yml");
    await writeFile(file, "run_mode: prod\ndump_month: 2026-07\n");
    const { parameters } = parse("main", "-p", "run_mode=dev", "-P", file, "-p", "x=a=b");
    assert.deepEqual(parameters, { run_mode: "dev", dump_month: "2026-07", x: "a=b" });
    assert.throws(() => parse("main", "-P", join(dir, "absent.yml")), /absent\.yml can't be read/);
  } finally {
    await rm(dir, { recursive: true });
  }
});

test("refuses a second value", () => {
  for (const [words, message] of [
    [["-p", "run_mode=dev", "--param", "run_mode=prod"], "-p run_mode is given twice"],
    [["-P", "/dev/null", "-P", "/dev/null"], "-P is given twice"],
    [["--session", "daily", "-t", "daily"], "-t is given twice"],
    [["--project", "a", "--project", "b"], "--project is given twice"],
  ] as const) {
    assert.throws(() => parse("main", ...words), new ExpectedError(`digdag run: ${message}`));
  }
  assert.deepEqual(parse("main", "-X", "a=1", "-X", "b=2", "-p", "a=1", "-p", "b=1").parameters, {
    a: "1",
    b: "1",
  });
});

test("refuses what Digdag could not use", () => {
  assert.throws(() => parse("main", "-p"), /-p needs a value/);
  for (const words of [
    ["promote.dig"],
    ["prod"],
    ["seal"],
    ["+seal", "promote.dig"],
    ["+seal", "+promote"],
  ]) {
    const extra = words.at(-1)?.replace("+", "\\+");
    assert.throws(
      () => parse("main", ...words, "-p", "run_mode=prod"),
      new RegExp(
        `digdag run: "${extra}" is one word too many: give one workflow, and at most one of its tasks`,
      ),
    );
  }
  assert.throws(() => parse("main", "run_mode=prod"), /a parameter needs -p before it: -p run_mode=prod/);
  assert.throws(() => parse("run_mode=prod", "main"), /a parameter needs -p/);
  assert.throws(() => parse("main", "-p", "novalue"), /-p is "novalue", but must be NAME=VALUE/);
});
