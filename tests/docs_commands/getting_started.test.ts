import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInShell } from "../../lib/digdag/testing/shell.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { publishMonth } from "../../lib/download/testing/published_month.ts";
import { cacheDirectory } from "../../lib/files/cache_directory.ts";
import { lakePaths } from "../../lib/files/paths.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { scratchDirectory } from "../../lib/lake/testing/scratch.ts";
import { readActive } from "../../lib/promotion/active.ts";
import { withDuckdbFile } from "../../lib/testing/duckdb_file.ts";
import { otherPlace, commands as pageCommands } from "./pages.ts";

// Follows docs/getting-started.md as a newcomer does, in a home directory of its own, with a sample on a local server in place of
// Discogs'. The checkout is this one; clone.test.ts clones it, and outside.test.ts runs what installs programs.

const PAGE = "docs/getting-started.md";
const MONTH = "2026-10";
const SIZE = { artists: 200, labels: 50, masters: 100, releases: 300, seed: 5 };

/** The commands of the page that no other test runs. */
const commands = pageCommands
  .filter(
    (each) => each.page === PAGE && otherPlace(each)?.test === "tests/docs_commands/getting_started.test.ts",
  )
  .map(({ command }) => command);

const hasDuckdb = spawnSync("duckdb", ["--version"]).status === 0;
const isDuckdb = (command: string) => command.startsWith("duckdb ");

test("docs/getting-started.md leads to a promoted run, an answer, the pages and the lake in another tool", async (t) => {
  const home = join(scratchDirectory(), "home");
  mkdirSync(home);
  symlinkSync(projectRoot, join(home, "discogs-data-lake"));
  const server = await publishMonth(t, { out: join(home, "published"), month: MONTH, ...SIZE });
  const env = userEnv({
    HOME: home,
    XDG_CACHE_HOME: join(cacheDirectory(process.env), ".."),
    DISCOGS_BASE_URL: server.url,
  });
  const run = commands.filter((each) => hasDuckdb || !isDuckdb(each));
  const here = run.map((each) => each.replace("RUN_ID", '"$(basename "$(readlink ~/hive-data/active)")"'));
  const outputs = await runInShell(here, { cwd: home, env });
  const outputOf = (pattern: RegExp) => outputs[run.findIndex((each) => pattern.test(each))] ?? "";

  const lake = join(home, "hive-data");
  const active = await readActive(lake);
  assert.ok(active.kind === "run" && active.runId.startsWith(`${MONTH}__`), JSON.stringify(active));
  assert.match(
    outputOf(/main\.dig/),
    new RegExp(`^active: ${active.runId}, promoted \\(before: none\\)$`, "m"),
  );
  const answer = outputOf(/^bin\/lake query/)
    .trim()
    .split("\n")
    .slice(1);
  assert.ok(answer.length > 3, `${answer.length} decades`);
  assert.equal(outputOf(/^ls /).match(/index_\S+\.html\n/g)?.length, 1, "the page of the run");
  const history = readFileSync(join(lakePaths(lake).historyReports, "history.html"), "utf8");
  assert.ok(history.includes(active.runId), "the page of all months shows the run");

  const [, file = "", sql = ""] =
    /^duckdb -readonly (\S+) "(.*)"$/s.exec(commands.find(isDuckdb) ?? "") ?? [];
  const rows = await withDuckdbFile(file.replace("~", home), (query) => query(sql));
  assert.deepEqual(
    rows.map((row) => row.join(" ")),
    answer.map((line) => line.trim().replace(/ +/, " ")),
    "discogs.duckdb gives the same answer",
  );
  if (hasDuckdb)
    for (const [decade] of rows) assert.match(outputOf(/^duckdb /), new RegExp(`\\b${decade}\\b`));
});
