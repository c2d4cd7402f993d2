import type { Command } from "../cli/command.ts";
import type { OptionSpecs } from "../cli/options.ts";
import { code, markdownTable } from "./markdown.ts";

/** A folder of scripts, and what they are for. */
export interface ScriptFolder {
  folder: string;
  about: string;
  commands: readonly Command<OptionSpecs>[];
}

const INTRODUCTION = `# Commands

Made from the scripts' own declarations by \`scripts/describe_commands.ts\`; a test fails when this page is not what it
prints. Every script but those of legacy/ runs by its name from any directory, \`bin/lake query\`, and all of them as
\`npx tsx <script>\`; \`--help\` shows the options. Results go to stdout, messages to stderr. Exit codes: 0 ok, 1 a check
failed, 2 usage, configuration or bad input, 3 unexpected error. An empty option counts as not given. \`bin/digdag\` takes
Digdag's own arguments: see [the workflows](../digdag/README.md).`;

const VARIABLES = `## Environment variables

Each of these stands in for an option that is not given; empty counts as not set.`;

/** What is read without an option of the same meaning. */
const OTHER_VARIABLES = [
  ["TRINO_URL", "Trino to run SQL on, e.g. `http://127.0.0.1:8080`; DuckDB if unset"],
  [
    "TRINO_USER, TRINO_PASSWORD",
    "credentials for Trino; the password is sent over HTTPS only (user: `discogs`)",
  ],
  ["TRINO_CA_FILE", "CA certificate for Trino, PEM"],
  ["TRINO_CATALOG", "name of the catalog there, `hive` in all statements (`hive`)"],
  ["TRINO_TIMEOUT", "timeout of a statement in seconds, including retries (600)"],
  [
    "DISCOGS_TRINO_LAKE",
    "the lake as Trino sees it: `local:///`, `file:///srv/lake`, `s3://bucket/lake` (`local:///`)",
  ],
  ["TRINO_JAVA_HOME, JAVA_HOME", "JDKs: 24 or newer for Trino, 17 or newer for Digdag"],
  ["DISCOGS_MAVEN_MIRROR", "mirror of Maven Central, for the jars of Digdag, Trino and the tests"],
  [
    "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE",
    "credentials for S3, and whatever else the AWS tools read",
  ],
  [
    "DISCOGS_NOTIFY_COMMAND",
    "shell command that gets one line of JSON on standard input when a workflow fails or `active` is switched",
  ],
  ["DIGDAG", "Digdag program to use instead of the engine that `bin/digdag` installs"],
  ["DISCOGS_TEST_ENGINES", "engines of `npm test` (`duckdb,trino`)"],
  ["CHROMIUM", "Chromium for the page tests, instead of the one in node_modules (Linux x64)"],
  ["XDG_CACHE_HOME", "cache directory; downloads and builds are kept in `discogs-data-lake/` (`~/.cache`)"],
  ["HTTP_PROXY, HTTPS_PROXY, NO_PROXY", "proxy for downloads"],
  ["NO_COLOR, FORCE_COLOR", "turn off colour and the status line; force colour without a terminal"],
] as const;

/** The page docs/commands.md: every script with its summary, and the environment variables that they read. */
export function commandsPage(folders: readonly ScriptFolder[]): string {
  const commands = folders.flatMap((folder) => folder.commands);
  const sections = [
    INTRODUCTION,
    ...folders.map(folderSection),
    VARIABLES,
    variables(commands).join("\n"),
    otherVariables(),
  ];
  return `${sections.join("\n\n")}\n`;
}

function folderSection({ folder, about, commands }: ScriptFolder): string {
  const rows = commands.map(({ name, positionals = [], summary }) => {
    const places = positionals.map((place) =>
      place.endsWith("?") ? `[${place.slice(0, -1)}]` : `<${place}>`,
    );
    return [`[${name}](../${name})`, places.map(code).join(" "), summary];
  });
  return [
    `## ${folder}/`,
    "",
    about,
    "",
    ...markdownTable([["script", "takes", "what it does"], ...rows]),
  ].join("\n");
}

function variables(commands: readonly Command<OptionSpecs>[]): string[] {
  const uses = commands.flatMap(({ name, options }) =>
    Object.entries(options).map(([option, { env = "", summary }]) => ({ name, option, env, summary })),
  );
  const names = [...new Set(uses.map(({ env }) => env))].filter((env) => env !== "").sort();
  const rows = names.map((env) => {
    const its = uses.filter((use) => use.env === env);
    const options = [...new Set(its.map(({ option }) => code(`--${option}`)))];
    return [code(env), options.join(", "), its[0]?.summary ?? "", scriptsOf(its.map(({ name }) => name))];
  });
  return markdownTable([["variable", "option", "what it is", "read by"], ...rows]);
}

function otherVariables(): string {
  const rows = OTHER_VARIABLES.map(([names, about]) => [names.split(", ").map(code).join(", "), about]);
  const table = markdownTable([["variable", "what it is (default)"], ...rows]);
  return ["And these have no option:", "", ...table].join("\n");
}

/** Names of scripts, or how many there are where they are more than a reader wants to see. */
function scriptsOf(names: readonly string[]): string {
  return names.length > 4 ? `${names.length} scripts` : names.map(code).join(", ");
}
