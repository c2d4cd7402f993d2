import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { shellWord } from "../../lib/cli/shell_words.ts";
import { runInShell } from "../../lib/digdag/testing/shell.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { changeTables, eventTables } from "../../lib/history/event_tables.ts";
import { scratchDirectory } from "../../lib/lake/testing/scratch.ts";
import { blocks, commands, otherPlace, sentenceCommands } from "./pages.ts";

// Runs the commands that send messages or set up servers. The programs that would leave this machine, or need what it does not
// have, are stand-ins that print how they were called.

const DEPLOYMENT = "docs/deployment.md";
const GUIDE = "docs/getting-started.md";
const THIS = "tests/docs_commands/outside.test.ts";
/** Prints its name and arguments in one piece, as the programs of a pipe run at the same time. */
const TELLS =
  'call=$(basename "$0")\nfor word in "$@"; do call="$call|$word"; done\nprintf "%s|\\n" "$call"\n';
/** Runs the command as the user who runs the tests. */
const SUDO = '[ "$1" = -u ] || exit 64\nprintf "as %s: " "$2"\nshift 2\nexec "$@"\n';

const commandsOfPage = (page: string, all = commands) =>
  all.filter((each) => each.page === page && otherPlace(each)?.test === THIS).map(({ command }) => command);

/** Writes a shell program, whose output goes to the end of a file if one is named. */
function program(path: string, script: string, file?: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const redirection = file === undefined ? "" : `exec >> ${shellWord(file)}\n`;
  writeFileSync(path, `#!/bin/sh\n${redirection}${script}`, { mode: 0o755 });
}

test("each command of docs/operations.md for alerts sends a message about a failed workflow", async () => {
  const base = scratchDirectory();
  const programs = join(base, "bin");
  const told = join(base, "told");
  for (const name of ["curl", "mail"]) program(join(programs, name), `${TELLS}cat\n`, told);
  const env = userEnv({ DISCOGS_DATA_LAKE: join(base, "lake") });
  const failing = "bin/digdag run main.dig -p run_mdoe=prod || [ $? = 2 ]";
  for (const command of commandsOfPage("docs/operations.md")) {
    const here = command.replace(/='(curl|mail) /, `='${programs}/$1 `);
    await runInShell([here, failing], { cwd: projectRoot, env });
  }
  const lines = readFileSync(told, "utf8").trimEnd().split("\n");
  const calls = lines.filter((_, index) => index % 2 === 0);
  assert.deepEqual(calls, [
    "curl|-fsS|-m|30|-H|Content-Type: application/json|-d|@-|https://alerts.example.org/discogs|",
    "mail|-s|Discogs data lake|ops@example.org|",
  ]);
  for (const notice of lines.filter((_, index) => index % 2 === 1)) {
    const { workflow, outcome, message } = JSON.parse(notice);
    assert.deepEqual([workflow, outcome], ["main", "failed"]);
    assert.match(message, /there is no parameter "run_mdoe"/);
  }
});

test("the servers of docs/deployment.md are set up and started as the page shows it", async () => {
  const root = scratchDirectory();
  const group = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
  const inRoot = (text: string) =>
    text
      .replaceAll(/(?<![\w:/])\/(srv|opt|etc|usr\/lib\/jvm)\//g, `${root}/$1/`)
      .replace("-g trino", `-g ${group}`);
  const programs = join(root, "bin");
  program(join(programs, "sudo"), SUDO);
  const java17 = join(root, "usr/lib/jvm/java-17-openjdk-amd64/bin/java");
  const java25 = join(root, "usr/lib/jvm/temurin-25-jdk-amd64/bin/java");
  for (const path of [join(programs, "psql"), java17, java25]) program(path, TELLS);
  program(join(root, "opt/trino/bin/launcher"), `${TELLS}command -v java\n`);
  const script = blocks.find(({ page, text }) => page === DEPLOYMENT && text.startsWith("#!/bin/sh\n"));
  program(join(root, "opt/hms/run.sh"), inRoot(script?.text ?? ""));

  const lines = script?.text.split("\n") ?? [];
  const shown = commandsOfPage(DEPLOYMENT).filter((command) => !lines.includes(command.split("\n")[0] ?? ""));
  const env = userEnv({ PATH: `${programs}:${process.env.PATH}` });
  const printed = await runInShell([...shown.map(inRoot), 'echo "$TRINO_URL $DISCOGS_TRINO_LAKE"'], {
    cwd: root,
    env,
  });
  const hms = `java|-Xmx512m|${["java.lang", "java.net", "java.util"].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED|`).join("")}`;
  const home = join(root, "opt/hms");
  const metastore = `as hive: ${hms}-DMETASTORE_HOME=${home}|-cp|${home}/conf:${home}/lib/*:${home}/hadoop/*|org.apache.hadoop.hive.metastore.`;
  assert.deepEqual(printed.join("").trimEnd().split("\n"), [
    "as postgres: psql|-c|CREATE ROLE hive LOGIN PASSWORD 'metastore-secret'|-c|CREATE DATABASE metastore OWNER hive|",
    `${metastore}tools.schematool.MetastoreSchemaTool|-dbType|postgres|-initSchema|`,
    `${metastore}HiveMetaStore|`,
    `as trino: launcher|--etc-dir=${root}/etc/trino|start|`,
    java25,
    "https://coordinator.example:8443 s3://music/lake",
  ]);
  const lake = join(root, "srv/lake");
  const appended = eventTables.filter((table) => !changeTables.includes(table));
  for (const table of appended) {
    const { mode } = statSync(table.directory(lake));
    assert.equal(mode & 0o7777, 0o2775, table.name);
  }
});

test("what docs/getting-started.md installs is asked of the package managers", async () => {
  const base = scratchDirectory();
  const programs = join(base, "bin");
  const told = join(base, "told");
  for (const name of ["sudo", "brew", "wsl"]) program(join(programs, name), TELLS, told);
  program(join(programs, "curl"), `{ ${TELLS}} >> ${shellWord(told)}\necho echo installed\n`);
  const env = userEnv({ PATH: `${programs}:${process.env.PATH}` });
  const shown = [...commandsOfPage(GUIDE), ...commandsOfPage(GUIDE, sentenceCommands)];
  const printed = await runInShell(shown, { cwd: base, env });
  assert.deepEqual(readFileSync(told, "utf8").trimEnd().split("\n").sort(), [
    "brew|install|duckdb|",
    "brew|install|git|node|openjdk@17|",
    "curl|-fsSL|https://deb.nodesource.com/setup_24.x|",
    "curl|-fsSL|https://install.duckdb.org|",
    "sudo|-E|bash|-|",
    "sudo|apt-get|install|-y|git|curl|default-jdk-headless|",
    "sudo|apt-get|install|-y|nodejs|",
    "sudo|apt-get|update|",
    "wsl|--install|",
  ]);
  assert.match(printed.join(""), /^installed\n/m, "what is downloaded is run");
  assert.ok(printed.includes(`${process.version}\n`), printed.join(""));
});

test("the timer that docs/operations.md starts is the one that it shows", async () => {
  const base = scratchDirectory();
  program(join(base, "systemctl"), TELLS);
  const env = userEnv({ PATH: `${base}:${process.env.PATH}` });
  const printed = await runInShell(commandsOfPage("docs/operations.md", sentenceCommands), {
    cwd: base,
    env,
  });
  assert.deepEqual(printed, ["systemctl|enable|--now|discogs-lake.timer|\n"]);
  const page = readFileSync(join(projectRoot, "docs/operations.md"), "utf8");
  const [, timer = ""] =
    /`\/etc\/systemd\/system\/(discogs-lake\.timer)`.*:\n\n```ini\n(?=[^`]*\[Timer\])/.exec(page) ?? [];
  assert.equal(timer, "discogs-lake.timer");
});
