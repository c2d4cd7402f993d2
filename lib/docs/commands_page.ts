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
prints. Every script runs as \`npx tsx <script>\`, and \`--help\` shows its options. Results go to stdout, messages to
stderr. Exit codes: 0 ok, 1 a check failed, 2 usage, configuration or bad input, 3 unexpected error. An empty option
counts as not given. \`bin/digdag\` takes Digdag's own arguments: see [the workflows](../digdag/README.md).`;

const VARIABLES = `## Environment variables

Each stands in for an option that is not given.`;

/** The page docs/commands.md: every script with its summary, and the environment variables that they read. */
export function commandsPage(folders: readonly ScriptFolder[]): string {
  const commands = folders.flatMap((folder) => folder.commands);
  const sections = [INTRODUCTION, ...folders.map(folderSection), VARIABLES, variables(commands).join("\n")];
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

/** Names of scripts, or how many there are where they are more than a reader wants to see. */
function scriptsOf(names: readonly string[]): string {
  return names.length > 4 ? `${names.length} scripts` : names.map(code).join(", ");
}
