/** Commands that a test of their own runs, or that no test can run. */
export interface NotHere {
  /** The page's path; undefined is any page. */
  page?: string;
  command: RegExp;
  /** The test that runs it, by its path: its source has the command word by word, or names the page that it reads. */
  test?: string;
  /** Why no test runs it as it is written. */
  reason?: string;
}

const DEPLOYMENT = "docs/deployment.md";
const MAIN_LINE = "tests/main_line.test.ts";
const ON_S3 =
  "needs a bucket and a Trino that reads it; lib/publish/trino_on_s3.test.ts does the same with other parameters";
const CLONE = "tests/docs_commands/clone.test.ts";
const OUTSIDE = "tests/docs_commands/outside.test.ts";
const HISTORY = "tests/history/history_pipeline.test.ts";
const SERVER = "lib/trino_server/server.test.ts";

/** The fenced commands that are not run by the tests that go through all pages. The first entry that fits a command counts. */
export const notHere: readonly NotHere[] = [
  {
    page: "README.md",
    command: /^(npm start|export DISCOGS_DATA_LAKE=demo|bin\/lake (query|extract)|head) ?/,
    test: CLONE,
  },
  { command: /^git pull/, test: CLONE },
  { command: /^export DISCOGS_NOTIFY_COMMAND=/, test: OUTSIDE },
  { page: "docs/operations.md", command: /^(?!git|bin\/lake discard_run)/, test: "tests/operations.test.ts" },
  { page: "docs/opening.md", command: /./, test: "tests/opening.test.ts" },
  { page: "docs/contributing.md", command: /./, test: "tests/contributing/contributing.test.ts" },
  { page: "docs/getting-started.md", command: /./, test: "tests/docs_commands/getting_started.test.ts" },
  { command: /^bin\/lake load_postgres /, test: "lib/postgres/load.test.ts" },
  { page: "docs/trino.md", command: /^export TRINO_URL=.*--s3\)/, reason: ON_S3 },
  { command: /bin\/lake trino (up|status|logs|down)/, test: SERVER },
  {
    page: "docs/object-storage.md",
    command: /^(export|bin\/lake publish_run)/,
    test: "lib/publish/publish_run.test.ts",
  },
  { page: DEPLOYMENT, command: /^(sudo|install|home=|export|exec) ?/, test: OUTSIDE },
  { page: DEPLOYMENT, command: /^bin\/lake register_active$/, reason: ON_S3 },
  { page: DEPLOYMENT, command: /^bin\/lake sanity_report --active$/, reason: ON_S3 },
  { command: /^bin\/digdag run .* -p publish_to=/, reason: ON_S3 },
  { page: "history/README.md", command: /^bin\/digdag run /, test: HISTORY },
  { command: /^bin\/digdag run history_pipeline\.dig$/, test: HISTORY },
  { command: /^bin\/digdag run (build|promote|rollback)\.dig(?! --help)/, test: MAIN_LINE },
  {
    command: /^bin\/digdag run main\.dig( -p (run_mode=prod|dump_month=\S+|do_download=true))*$/,
    test: MAIN_LINE,
  },
  {
    page: "digdag/README.md",
    command: /digdag (push|start) /,
    reason: "needs a server of Digdag, which Maven Central does not have",
  },
  { command: /^npm test\b/, reason: "runs all tests, and so itself" },
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
    reason:
      "needs DuckDB's httpfs extension and an S3 that it can reach; the page says that it was not tested",
  },
  { page: "docs/operations.md", language: "crontab", test: "tests/operations.test.ts" },
  { page: "docs/trino.md", language: "python", test: "tests/opening.test.ts" },
  { page: "docs/postgres.md", language: "sql", test: "lib/postgres/load.test.ts" },
];
