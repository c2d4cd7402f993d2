import { SENTENCE } from "./sentences.ts";

/** Commands that a test of their own runs. */
export interface NotHere {
  /** The page's path; undefined is any page. */
  page?: string;
  /** The language of their blocks, `sentence` or `anywhere`. Undefined is any block, as most tests read only those. */
  from?: string;
  /** Undefined is any. */
  command?: RegExp;
  /** The test that runs it, by its path: its source has the command word by word, or names the page that it reads. */
  test: string;
}

/** In place of the language of a block: any block or sentence. */
export const ANYWHERE = "anywhere";

const GUIDE = "docs/getting-started.md";
const DEPLOYMENT = "docs/deployment.md";
const MAIN_LINE = "tests/main_line.test.ts";
const ON_S3 = "lib/publish/trino_on_s3.test.ts";
const CLONE = "tests/docs_commands/clone.test.ts";
const OUTSIDE = "tests/docs_commands/outside.test.ts";
const GETTING_STARTED = "tests/docs_commands/getting_started.test.ts";
const MEASURED = "tests/docs_commands/measured.test.ts";
const HISTORY = "tests/history/history_pipeline.test.ts";
const SERVER = "lib/trino_server/server.test.ts";

/** The commands that are not run by the tests that go through all pages. The first entry that fits a command counts. */
export const notHere: readonly NotHere[] = [
  {
    from: ANYWHERE,
    command: /^((\w+=\S+ )?npm test\b|bin\/lake run_tests |npm start -- --verbose$)/,
    test: CLONE,
  },
  { from: ANYWHERE, command: /^npm run test:full\b/, test: "tests/full_month.test.ts" },
  { from: ANYWHERE, command: /^(npm run (bench|test:)|bin\/lake bench_)/, test: MEASURED },
  { from: SENTENCE, command: /^npm run (typecheck|lint|format)$/, test: CLONE },
  { from: SENTENCE, command: /^bin\/lake generate$/, test: "tests/contributing/contributing.test.ts" },
  { from: SENTENCE, command: /^chmod -R u\+w demo && rm /, test: CLONE },
  {
    page: "README.md",
    command: /^(npm start|export DISCOGS_DATA_LAKE=demo|bin\/lake (query|extract)|head) ?/,
    test: CLONE,
  },
  { command: /^git pull/, test: CLONE },
  { command: /^export DISCOGS_NOTIFY_COMMAND=/, test: OUTSIDE },
  { page: "docs/operations.md", from: SENTENCE, command: /^systemctl enable /, test: OUTSIDE },
  { page: "docs/operations.md", from: "sh", test: "tests/operations.test.ts" },
  { page: "docs/opening.md", from: "sh", test: "tests/opening.test.ts" },
  { page: "docs/contributing.md", from: "sh", test: "tests/contributing/contributing.test.ts" },
  { page: GUIDE, command: /^git clone /, test: CLONE },
  { page: GUIDE, command: /^(sudo|curl|brew) /, test: OUTSIDE },
  { page: GUIDE, from: SENTENCE, command: /^(brew|wsl|node|java) /, test: OUTSIDE },
  { page: GUIDE, command: /^(?!.*(history_pipeline|rollback)\.dig$)/, test: GETTING_STARTED },
  {
    page: "docs/postgres.md",
    command: /^bin\/lake (compare_runs|load_postgres .* --changes$)/,
    test: "lib/postgres/apply_changes.test.ts",
  },
  { command: /^bin\/lake load_postgres /, test: "lib/postgres/load.test.ts" },
  { page: "docs/trino.md", command: /^export TRINO_URL=.*--s3\)/, test: ON_S3 },
  { command: /bin\/lake trino (up|status|logs|down)/, test: SERVER },
  { from: SENTENCE, command: /^bin\/lake trino up$/, test: SERVER },
  {
    page: "docs/object-storage.md",
    from: "sh",
    command: /^(export|bin\/lake publish_run)/,
    test: "lib/publish/publish_run.test.ts",
  },
  { page: DEPLOYMENT, command: /^(sudo|install|home=|export|exec) ?/, test: OUTSIDE },
  { page: DEPLOYMENT, command: /^bin\/lake register_active$/, test: ON_S3 },
  { page: DEPLOYMENT, command: /^bin\/lake sanity_report --active$/, test: ON_S3 },
  { command: /^bin\/digdag run .* -p publish_to=/, test: ON_S3 },
  { page: "history/README.md", command: /^bin\/digdag run /, test: HISTORY },
  { command: /^bin\/digdag run history_pipeline\.dig$/, test: HISTORY },
  { command: /^bin\/digdag run (build|promote|rollback)\.dig(?! --help)/, test: MAIN_LINE },
  {
    command: /^bin\/digdag run main\.dig( -p (run_mode=prod|dump_month=\S+|do_download=true))*$/,
    test: MAIN_LINE,
  },
];

/** Blocks of other languages that are code, and the tests that run them. */
export const codeElsewhere: readonly { page: string; language: string; test?: string; reason?: string }[] = [
  { page: "docs/add-a-dataset.md", language: "ts", test: "tests/contributing/contributing.test.ts" },
  { page: "docs/contributing.md", language: "ts", test: "tests/contributing/contributing.test.ts" },
  { page: "docs/contributing.md", language: "sql", test: "tests/contributing/contributing.test.ts" },
  { page: "docs/opening.md", language: "python", test: "tests/opening.test.ts" },
  { page: "docs/opening.md", language: "r", reason: "needs R with its package duckdb, which the page says" },
  {
    page: "docs/object-storage.md",
    language: "sql",
    test: "lib/publish/publish_run.test.ts",
  },
  { page: "docs/operations.md", language: "crontab", test: "tests/operations.test.ts" },
  { page: "docs/trino.md", language: "python", test: "tests/opening.test.ts" },
  { page: "docs/postgres.md", language: "sql", test: "lib/postgres/load.test.ts" },
];

/** Arguments in sentences that no script or workflow of this project reads. */
export const notArguments: readonly { page: string; text: string; reason: string }[] = [
  {
    page: "docs/postgres.md",
    text: "\\d+ discogs.release_credits_v1",
    reason: "a command of psql, PostgreSQL's own client",
  },
  {
    page: "docs/postgres.md",
    text: 'PGOPTIONS="-c maintenance_work_mem=2GB"',
    reason: "a variable of PostgreSQL's clients, among them the package pg",
  },
  { page: "docs/operations.md", text: "NAME=value", reason: "the form of any variable" },
  { page: "docs/reliability.md", text: "TMPDIR=/dev/shm", reason: "a variable of the operating system" },
  {
    page: "digdag/README.md",
    text: "-P FILE",
    reason:
      "an option of bin/digdag; lib/digdag/run_arguments.test.ts and refused_parameters.test.ts give it",
  },
  { page: "digdag/README.md", text: "-p name=value", reason: "the form of any parameter" },
  { page: "digdag/README.md", text: '--option="$value"', reason: "the form of any option" },
  {
    page: "digdag/README.md",
    text: '--session "YYYY-MM-DD HH:MM:SS"',
    reason: "an option of Digdag; lib/digdag/sessions_live.test.ts uses it",
  },
  { page: "docs/history-map.md", text: '--session "$SESSION"', reason: "quoted from the original" },
];
