import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { before, test } from "node:test";
import { inspect, promisify } from "node:util";
import { runInShell } from "../../lib/digdag/testing/shell.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { detailTables } from "../../lib/lake/testing/detail_tables.ts";
import { makeBuildingRun, makeSealedRun } from "../../lib/lake/testing/fixture_runs.ts";
import { scratchDirectory } from "../../lib/lake/testing/scratch.ts";
import { writeSampleDump } from "../../lib/sample/write_sample_dump.ts";
import type { Fenced, ShownCommand } from "../../lib/testing/fenced.ts";
import { runUnfenced } from "../../lib/testing/run_fixture.ts";
import { runMain } from "../../lib/testing/run_main.ts";
import { scriptArguments } from "../../lib/testing/script_arguments.ts";
import { main as promote } from "../../scripts/promote.ts";
import { main as registerActive } from "../../scripts/register_active.ts";
import { main as registerRunSchema } from "../../scripts/register_run_schema.ts";
import { main as sanityReport } from "../../scripts/sanity_report.ts";
import { main as updateRunRegistry } from "../../scripts/update_run_registry.ts";
import { codeElsewhere, notArguments, notHere } from "./elsewhere.ts";
import { blocks, commands, fragments, ofScripts, otherPlace, pages, sentenceCommands } from "./pages.ts";
import { SENTENCE } from "./sentences.ts";
import { problemOf } from "./valid.ts";

// The commands in README and docs/, in blocks and in sentences. Those of scripts run here, in their order, on one tiny lake;
// those of workflows in workflows.test.ts; elsewhere.ts has the others.

const FIRST = "2026-09__20261121_080829";
const SECOND = "2026-09__20261121_081901";
const CODE = ["sh", "", "crontab", "python", "r", "sql", "ts"];
/** The beginning of a line that is a command, which a block must show by its language or a `$`. */
const LIKE_A_COMMAND = /^(npx|npm|node|git|bin\/|duckdb|export|cd|sudo|python|pip|curl) /m;

const scratch = scratchDirectory();
const lake = join(scratch, "hive-data");
const raw = join(scratch, "raw");
const all = [...commands, ...sentenceCommands];
const scriptsOnce = onlyOnce(ofScripts);

before(async () => {
  const size = { artists: 200, labels: 50, masters: 100, releases: 300, seed: 1 };
  await writeSampleDump({ out: raw, month: "2026-09", ...size });
  mkdirSync(join(scratch, "tmp"));
  await makeBuildingRun(lake, "2026-08__20260903_070000");
  for (const runId of [FIRST, SECOND]) await makeSealedRun(lake, runId, { tables: detailTables });
  for (const [main, ...args] of [
    [registerRunSchema, "--missing"],
    [promote, SECOND],
    [registerActive],
    [sanityReport, "--active"],
    [promote, FIRST],
    [updateRunRegistry],
  ] as const) {
    const { code, stderr } = await runMain(main, ["--lake", lake, ...args]);
    assert.equal(code, 0, stderr);
  }
});

/** The commands without those that another page has as well; each page sets its variables itself. */
function onlyOnce(all: readonly ShownCommand[]): ShownCommand[] {
  const kept = new Map<string, ShownCommand>();
  for (const each of all) {
    const { command } = each;
    const key = /^(export \w+=\S|run=)/.test(command) ? `${each.page}: ${command}` : inTest(command);
    if (!kept.has(key)) kept.set(key, each);
  }
  return [...kept.values()];
}

/** A text of a page with the places and the run of this test. */
function inTest(text: string): string {
  return text
    .replaceAll("/tmp", join(scratch, "tmp"))
    .replaceAll(/(?<![\w/])(?:~\/|demo\/)?hive-data\b/g, lake)
    .replaceAll(/(?<![\w/])(?:~|demo)\/raw\b/g, raw)
    .replaceAll(/ (discogs_20260901_\w+\.xml\.gz)/g, ` ${raw}/2026-09/$1`)
    .replaceAll(/RUN_ID|2026-01__20260220_194923/g, SECOND)
    .replaceAll("2025-12__20260120_194923", FIRST)
    .replace("bin/lake NAME", "bin/lake status");
}

test("each block is of a kind whose commands are found", () => {
  assert.ok(blocks.length > 60, `${blocks.length} blocks`);
  const hidden = blocks.filter((block) => {
    const isRun = block.language === "sh" || block.text.startsWith("$ ");
    return !isRun && !CODE.slice(2).includes(block.language) && LIKE_A_COMMAND.test(block.text);
  });
  assert.deepEqual(hidden, [], "give them a language, or a $ in front");
  const code = blocks.filter(({ language }) => CODE.slice(2).includes(language));
  const unknown = code.filter(({ page, language, text }) => {
    const isElsewhere = codeElsewhere.some((each) => each.page === page && each.language === language);
    return !isElsewhere && !runsHere({ page, language, text });
  });
  assert.deepEqual(unknown, []);
});

test("no block is overlooked, as it is indented or its first line has more than the language", () => {
  const seen = pages.filter((page) => {
    const fences =
      readFileSync(join(projectRoot, page), "utf8").match(/^[\s>]*(?:[*-] +)?(?:`{3}|~{3})/gm) ?? [];
    return fences.length !== 2 * blocks.filter((block) => block.page === page).length;
  });
  assert.deepEqual(seen, []);
});

const runsHere = ({ page, language }: Fenced) => page === "docs/trino.md" && language === "sql";

test("what is not run here is run by a test that exists", () => {
  for (const entry of notHere) {
    assert.ok(
      all.some((each) => otherPlace(each) === entry),
      inspect(entry),
    );
  }
  for (const { page, language } of codeElsewhere) {
    assert.ok(
      blocks.some((each) => each.page === page && each.language === language),
      page,
    );
  }
  for (const { test: file } of codeElsewhere)
    assert.ok(file === undefined || existsSync(join(projectRoot, file)), file);
  const unseen = all.filter((each) => {
    const file = otherPlace(each)?.test;
    return file !== undefined && !isInSource(each, readFileSync(join(projectRoot, file), "utf8"));
  });
  assert.deepEqual(unseen, [], "the test that elsewhere.ts names has neither the command nor the page");
});

/** A text with the same name for every run, month and lake. */
const generic = (text: string) =>
  text
    .replaceAll(/\d{4}-\d{2}__\d{8}_\d{6}|\$\{\w+\}|RUN_ID/g, "RUN")
    .replaceAll(/dump_month=\S*?(?=["`\s]|$)/g, "dump_month=MONTH")
    .replaceAll(/(demo\/)?hive-data/g, "LAKE");

/** A command of this project alone, which its parser can check even if a test runs it. */
const PARSED = /^(?:\w+=\w+ )?(?:bin\/lake (?!trino )|bin\/digdag run |npm )[^|$>]*$/;

test("what is not run here would be accepted", async () => {
  const notRun = all.filter((each) => otherPlace(each) !== undefined && PARSED.test(each.command));
  const arguments_ = fragments.filter(({ page, command }) => !isNoArgument(page, command));
  const problems = await Promise.all([...notRun, ...arguments_].map(problemOf));
  assert.deepEqual(
    problems.filter((problem) => problem !== undefined),
    [],
  );
  for (const { page, text } of notArguments) {
    assert.ok(
      fragments.some((each) => each.page === page && each.command === text),
      text,
    );
  }
});

const isNoArgument = (page: string, text: string) =>
  notArguments.some((each) => each.page === page && each.text === text);

/** Whether a test has the command, reads its page, or runs all commands that elsewhere.ts leaves to it. */
function isInSource({ page, command }: ShownCommand, source: string): boolean {
  if (source.includes("commandsFor(THIS)")) return true;
  const words = command.replace(/^export \w+=\$\((.*)\)$/, "$1");
  const name = basename(page) === "README.md" ? `"${page}"` : `${basename(page)}"`;
  return source.includes(name) || generic(source).includes(generic(words));
}

/** The same SQL on the same file, where this machine has no command line of DuckDB. */
const hasDuckdb = spawnSync("duckdb", ["--version"]).status === 0;

async function runDuckdb(command: string): Promise<void> {
  const [, file, sql] = /^duckdb (?:-readonly (\S+)|-c) "(.*)"$/s.exec(command) ?? [];
  assert.ok(sql !== undefined, command);
  const run = inTest(sql).replace("$run", join(lake, "active"));
  await runUnfenced(
    file === undefined ? run : `ATTACH '${inTest(file)}' AS lake (READ_ONLY); USE lake; ${run}`,
  );
}

for (const page of new Set(scriptsOnce.map((each) => each.page))) {
  test(`the commands of ${page} run`, async () => {
    const shown = scriptsOnce.filter((each) => each.page === page);
    const isDuckdb = ({ command }: ShownCommand) => !hasDuckdb && command.startsWith("duckdb ");
    for (const { command } of shown.filter(isDuckdb)) await runDuckdb(command);
    const run = shown.filter((each) => !isDuckdb(each));
    // As bin/lake runs them, but without its look at node_modules, which takes as much CPU time again.
    const runMjs = `"${process.execPath}" bin/run.mjs`;
    const begin = [
      `npx() { shift; ${runMjs} "$@"; }`,
      `bin/lake() { ${runMjs} "$(ls {scripts,pipelines,tests}/"$1".ts 2>/dev/null)" "\${@:2}"; }`,
    ];
    const env = userEnv({ DISCOGS_DATA_LAKE: lake, DISCOGS_RAW: raw });
    // What a sentence sets is not for the commands after it.
    const inShell = ({ from, command }: ShownCommand) =>
      from === SENTENCE ? `(${inTest(command)})` : inTest(command);
    const shell = [begin.join("\n"), ...run.map(inShell)];
    const [, ...outputs] = await runInShell(shell, { cwd: projectRoot, env });
    for (const [index, { command, output }] of run.entries()) {
      const found = outputs[index] ?? "";
      if (SAME.test(command)) assert.equal(found, inTest(output), command);
      const [header = ""] = inTest(output).split("\n");
      if (/ query | head /.test(command))
        assert.ok(found.startsWith(header.trimEnd().split(/ {2}|,/)[0] ?? ""), `${command}\n${found}`);
    }
  });
}

/** Commands whose output in the page is that on the lake of this test. */
const SAME = /bin\/lake promote 2026/;

test("the query of docs/trino.md finds the run by its schema", async () => {
  const [{ text } = { text: "" }] = blocks.filter(runsHere);
  const env = userEnv({});
  const args = scriptArguments("scripts/query.ts", "--lake", lake, "--csv", text);
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: projectRoot, env });
  assert.match(stdout, /^title,label_name\n.+/);
});

test("the step that digdag/README.md shows is one of a workflow", () => {
  const [{ text } = { text: "" }] = blocks.filter(({ language }) => language === "yaml");
  const workflow = readFileSync(join(projectRoot, "digdag/ingest_releases.dig"), "utf8");
  assert.ok(text.length > 50 && workflow.includes(text.trim()), text);
});
