/** Commands that another test runs, or that no test can run. */
export interface NotHere {
  /** The page's path; undefined is any page. */
  page?: string;
  command: RegExp;
  /** The test that runs it, by its path. */
  test?: string;
  /** Why no test runs it as it is written. */
  reason?: string;
}

const DEPLOYMENT = "docs/deployment.md";

/** Every fenced command that tests/docs_commands does not run itself. */
export const notHere: readonly NotHere[] = [
  {
    page: "docs/operations.md",
    command: /^(?!git|export DISCOGS_NOTIFY|bin\/lake discard_run)/,
    test: "tests/operations.test.ts",
  },
  { page: "docs/opening.md", command: /./, test: "tests/opening.test.ts" },
  { page: "docs/contributing.md", command: /./, test: "tests/contributing/contributing.test.ts" },
  { page: "docs/getting-started.md", command: /./, test: "tests/docs_commands/getting_started.test.ts" },
  { command: /^bin\/lake load_postgres /, test: "lib/postgres/load.test.ts" },
  { command: /bin\/lake trino (up|status|logs|down)/, test: "lib/trino_server/server.test.ts" },
  {
    page: "docs/trino.md",
    command: /^unset TRINO_URL/,
    reason: "nothing of it remains in the shell of a test",
  },
  {
    page: "docs/object-storage.md",
    command: /^(export|bin\/lake publish_run)/,
    reason: "needs a bucket; lib/publish/publish_run.test.ts publishes to a server of its own",
  },
  {
    page: "digdag/README.md",
    command: /^(cd digdag && )?digdag /,
    reason: "needs Digdag's official distribution or a server of it, which Maven Central does not have",
  },
  {
    command: /^npm (start|test)\b/,
    reason: "npm start runs main.dig, as tests/main_line.test.ts does; npm test runs this",
  },
  { command: /^git pull/, reason: "changes the checkout that is being tested" },
  {
    command: /^export DISCOGS_NOTIFY_COMMAND=/,
    reason: "sends messages; tests/operations.test.ts has one to a file",
  },
  { page: DEPLOYMENT, command: /^(sudo|install|#!|home=|export|exec) ?/, reason: "sets up servers as root" },
  { page: DEPLOYMENT, command: /^bin\/(lake|digdag) /, reason: "needs the Trino of several machines" },
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
    reason: "needs a bucket, and DuckDB's httpfs or a Trino with S3",
  },
  { page: "docs/operations.md", language: "crontab", test: "tests/operations.test.ts" },
  { page: "docs/trino.md", language: "python", test: "tests/opening.test.ts" },
  { page: "docs/postgres.md", language: "sql", test: "lib/postgres/load.test.ts" },
];
