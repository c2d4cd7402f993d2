import assert from "node:assert/strict";
import { test } from "node:test";
import { runInShell } from "../../lib/digdag/testing/shell.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { commands, otherPlace, shownIn } from "./pages.ts";
import { isCommand } from "./sentences.ts";
import { problemOf } from "./valid.ts";

// On a page made up for this test: a command that is neither run nor listed makes the tests of this folder fail.

const PAGE = "docs/made-up.md";
const TEXT = `
The script \`scripts/query.ts\` reads \`releases_v6\`; \`SELECT 1\` is SQL. Call \`bin/lake no_such_script\`, or
\`npm run no:such -- --x
1\`, with \`--no-such 1\` or \`-p no_such=1\`; \`NO_SUCH=1 sort_runs\` sets no variable, \`rollback.dig -p dry_run=maybe\` is part of one.

| \`false && npx tsx scripts/no_such.ts\` | \`npm run bench -- --rounds 0\` |

\`\`\`sh
false   # a comment
\`\`\`
`;
const shown = shownIn(TEXT, PAGE);
const texts = (all: readonly { command: string }[]) => all.map(({ command }) => command);

test("commands are found in blocks, sentences and tables, and nothing else is taken for one", () => {
  assert.deepEqual(texts(shown.commands), ["false"]);
  assert.deepEqual(texts(shown.sentences), [
    "bin/lake no_such_script",
    "npm run no:such -- --x 1",
    "npm run bench -- --rounds 0",
  ]);
  assert.deepEqual(texts(shown.fragments), [
    "--no-such 1",
    "-p no_such=1",
    "NO_SUCH=1 sort_runs",
    "rollback.dig -p dry_run=maybe",
  ]);
});

test("the program of every command in a block would be recognised in a sentence", () => {
  const unknown = commands.filter(({ command }) => !isCommand(`${command} .`) && !/^\w+=/.test(command));
  assert.deepEqual(unknown, []);
});

test("a program that is not known is noticed by its path or an option, and so are a variable and an option of one capital", () => {
  const code = [
    "./configure x",
    "tool run --x",
    "podman run x",
    "needs a dump: give --x",
    "run_mode=prod",
    "-P FILE",
    "\\d+ t",
  ];
  const { sentences, fragments } = shownIn(
    `${code.map((each) => `\`${each}\``).join(", ")}, \`X_Y="-c z"\``,
    PAGE,
  );
  assert.deepEqual(texts(sentences), ["./configure x", "tool run --x", "podman run x"]);
  assert.deepEqual(texts(fragments), ["-P FILE", "\\d+ t", 'X_Y="-c z"']);
});

const INDENTED = "```sh\n  bin/lake stauts\n```\n";

for (const [page, text] of [
  ["docs/getting-started.md", "`bin/lake stauts --jsno`"],
  ["docs/deployment.md", "`sudo -u trino /opt/trino/bin/launcher stopp`"],
  ["history/README.md", "`bin/digdag run compare_months.dig -p no_such=1`"],
  ["docs/postgres.md", "`bin/lake load_postgres --no-such x`"],
  ["docs/trino.md", INDENTED],
] as const) {
  test(`a wrong command in ${page} is not left to a test that doesn't run it: ${text.trim()}`, () => {
    const planted = shownIn(text, page);
    const all = [...planted.commands, ...planted.sentences];
    assert.deepEqual(texts(all), [text === INDENTED ? "bin/lake stauts" : text.replaceAll("`", "")]);
    assert.deepEqual(all.map(otherPlace), [undefined]);
  });
}

test("a command that is not listed is run, and fails if it is wrong", async () => {
  for (const each of [...shown.commands, shown.sentences[0]]) {
    assert.ok(each !== undefined && otherPlace(each) === undefined);
    const env = userEnv({});
    await assert.rejects(runInShell([each.command], { cwd: projectRoot, env }), assert.AssertionError);
  }
});

test("a command that is listed as not run, or a part of one, is refused if it is wrong", async () => {
  const [, unknown, wrong] = shown.sentences;
  const problems = await Promise.all(
    [unknown, wrong, ...shown.fragments].map(
      (each) => each && problemOf({ ...each, page: "docs/reliability.md" }),
    ),
  );
  assert.deepEqual(problems, [
    "docs/reliability.md: npm run no:such -- --x 1: there is no npm script no:such",
    'docs/reliability.md: npm run bench -- --rounds 0: --rounds is "0", but must be a whole number of at least 1',
    "docs/reliability.md: --no-such 1: no script of the page has the option --no-such",
    "docs/reliability.md: -p no_such=1: no workflow takes -p no_such=1",
    "docs/reliability.md: NO_SUCH=1 sort_runs: NO_SUCH is no variable",
    "docs/reliability.md: rollback.dig -p dry_run=maybe: no workflow takes -p dry_run=maybe",
  ]);
});
