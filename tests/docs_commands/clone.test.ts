import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { before, test } from "node:test";
import { runInShell } from "../../lib/digdag/testing/shell.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { scratchDirectory } from "../../lib/lake/testing/scratch.ts";
import type { ShownCommand } from "../../lib/testing/fenced.ts";
import { commandsFor } from "./pages.ts";
import { SENTENCE } from "./sentences.ts";

// In a clone of this checkout: npm start and what README shows of its lake, the upgrade of docs/operations.md, and what a
// contributor runs before a commit.

const README = "README.md";
const OPERATIONS = "docs/operations.md";
const THIS = "tests/docs_commands/clone.test.ts";
/** Maximum number of lines that `npm start` may print, besides its progress on a slow machine. */
const MOST_LINES = 80;
const NOT_CLONED = [".git", ".digdag", "demo", "node_modules"];

const scratch = scratchDirectory();
const origin = join(scratch, "origin");
const clone = join(scratch, "discogs-data-lake");
const env = userEnv({ DISCOGS_DATA_LAKE: "", DISCOGS_RAW: "" });

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...args], {
    cwd: origin,
  });

const left = new Set(commandsFor(THIS));

/** The commands that are wanted, which are done then. */
function shownWhere(isWanted: (each: ShownCommand) => boolean): ShownCommand[] {
  const found = [...left].filter(isWanted);
  for (const each of found) left.delete(each);
  return found;
}

const runningTests = shownWhere(({ command }) => /\bnpm test\b|bin\/lake run_tests /.test(command));
const shownBy = (page: string) => shownWhere((each) => each.page === page && each.from !== SENTENCE);
const inSentencesOf = (page: string, pattern: RegExp) =>
  shownWhere((each) => each.page === page && each.from === SENTENCE && pattern.test(each.command));
const wordsOf = (shown: readonly ShownCommand[]) => shown.map(({ command }) => command);

/** Clones the files of this checkout as they are, committed or not; its packages are linked. */
before(() => {
  const isCloned = (path: string) => !NOT_CLONED.includes(relative(projectRoot, path));
  cpSync(projectRoot, origin, { recursive: true, filter: isCloned });
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message=first");
  const [cloning = ""] = wordsOf(shownBy("docs/getting-started.md"));
  execFileSync("sh", ["-c", cloning.replace("REPOSITORY_URL", '"$0"'), origin], {
    cwd: scratch,
    stdio: "pipe",
  });
  const packages = join(projectRoot, "node_modules");
  mkdirSync(join(clone, "node_modules"));
  for (const name of readdirSync(packages).filter((each) => each !== ".cache")) {
    symlinkSync(join(packages, name), join(clone, "node_modules", name));
  }
});

const inTest = (text: string) => text.replaceAll("/tmp/", `${scratch}/`);
/** A text whose runs all have the same name. */
const sameRun = (text: string) =>
  text
    .replaceAll(/2026-09__\d{8}_\d{6}/g, "RUN")
    .replaceAll(/(?<=DISCOGS_DATA_LAKE=)\S+(?=\/demo\/)/g, "...");

test("npm start makes the lake that README shows, in few lines", async () => {
  const [start, ...questions] = shownBy(README);
  assert.equal(start?.command, "npm start");
  const shown = questions.map(({ command }) => inTest(command));
  const [printed = "", ...answers] = await runInShell(["npm start 2>&1", ...shown], { cwd: clone, env });
  // How many lines show progress depends on how busy the machine is.
  const lines = printed
    .trimEnd()
    .split("\n")
    .filter((line) => !line.includes(" running: "));
  assert.ok(lines.length <= MOST_LINES, `${lines.length} lines:\n${printed}`);
  const [closing = ""] =
    /^main\.dig succeeded: .*\nactive: .*\nnext: .*\n/m.exec(readFileSync(join(clone, README), "utf8")) ?? [];
  assert.ok(closing !== "" && sameRun(printed).includes(`\n${sameRun(closing)}\n`), printed);
  assert.deepEqual(
    answers,
    questions.map(({ output }) => inTest(output)),
  );
});

test("npm start -- --verbose shows each check", async () => {
  const [start = ""] = wordsOf(inSentencesOf(README, /--verbose$/));
  const [printed = ""] = await runInShell([start], { cwd: clone, env });
  assert.ok(printed.split("\n").length > 5 * MOST_LINES, printed);
});

test("git pull, and the first command after it, upgrade a clone", async () => {
  appendFileSync(join(origin, "NOTICE"), "A new version.\n");
  git("commit", "--quiet", "--all", "--message=second");
  const shown = wordsOf(shownBy(OPERATIONS));
  assert.deepEqual(shown, ["git pull"]);
  const lake = join(clone, "demo", "hive-data");
  const [, status = ""] = await runInShell([...shown, "bin/lake status"], {
    cwd: clone,
    env: { ...env, DISCOGS_DATA_LAKE: lake },
  });
  assert.match(readFileSync(join(clone, "NOTICE"), "utf8"), /\nA new version\.\n$/);
  assert.match(status, /2026-09__\d{8}_\d{6}/);
});

test("the files are as docs/contributing.md wants them before a commit", async () => {
  const shown = wordsOf(inSentencesOf("docs/contributing.md", /^npm run /));
  assert.deepEqual(shown, ["npm run typecheck", "npm run lint", "npm run format"]);
  await runInShell([...shown, "git diff --exit-code"], { cwd: clone, env });
});

test("the demo is removed as README tells it", async () => {
  await runInShell(wordsOf(inSentencesOf(README, /^chmod /)), { cwd: clone, env });
  assert.ok(!existsSync(join(clone, "demo")));
});

test("the commands that run tests run those of a name", async () => {
  const small = wordsOf(runningTests).map((command) =>
    command.includes("run_tests") ? command : `${command.replace(/npm test$/, "npm test --")} run_id`,
  );
  const recorded = join(clone, "lib/testing/cpu_seconds.json");
  writeFileSync(recorded, "{}\n");
  for (const printed of await runInShell([...new Set(small)], { cwd: clone, env }))
    assert.match(printed, /^ℹ tests [1-9]\d?\n(ℹ .*\n)*ℹ fail 0\n/m);
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(recorded, "utf8"))), ["lib/files/run_id.test.ts"]);
});

test("every command is run", () => {
  assert.deepEqual([...left], []);
});
