import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandMain, checkArguments } from "../../lib/cli/command.ts";
import { LAKE_FOLDERS } from "../../lib/cli/command_call.ts";
import { ExpectedError, oneLine } from "../../lib/cli/errors.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import type { Rule } from "../../lib/parameters/rules.ts";
import { workflowParameters } from "../../lib/parameters/workflows.ts";
import type { ShownCommand } from "../../lib/testing/fenced.ts";

// Checks commands that aren't run, and parts of commands, by what reads them when they are: the scripts' own parsers and the
// declared parameters of the workflows.

const readText = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const npmScripts: Record<string, string> = JSON.parse(readText("package.json")).scripts;
const variables = readText("docs/commands.md");

/** The problem of a command or a part of one in a page; undefined if it would be accepted. */
export async function problemOf({ page, command }: ShownCommand): Promise<string | undefined> {
  const words = (command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) =>
    word.replaceAll(/["']/g, ""),
  );
  try {
    await check(words, page);
    return undefined;
  } catch (error) {
    if (error instanceof ExpectedError) return `${page}: ${command}: ${oneLine(error)}`;
    throw error;
  }
}

async function check([first = "", ...rest]: string[], page: string): Promise<void> {
  const [, variable] = /^([A-Z_]+)=/.exec(first) ?? [];
  if (variable !== undefined) {
    if (!variables.includes(`| \`${variable}\` |`)) throw new ExpectedError(`${variable} is no variable`);
    return rest.length > 0 ? check(rest, page) : undefined;
  }
  if (first === "npm") return checkNpm(rest);
  if (first === "bin/lake") return checkGiven(await commandAt(pathOf(rest[0] ?? "")), rest.slice(1));
  if (first.endsWith(".ts")) return checkGiven(await commandAt(first), rest);
  if (first === "bin/digdag" && rest[0] === "run") return checkWorkflow(rest.slice(1));
  if (first.endsWith(".dig")) return checkWorkflow([first, ...rest]);
  if (first === "-p") return checkParameters([first, ...rest], Object.keys(workflowParameters));
  if (first === "--") return check(rest, page);
  if (first.startsWith("--")) return checkOptions([first, ...rest], page);
  throw new ExpectedError("no parser knows it: have a test run it");
}

/** The path of the script with a name. */
function pathOf(name: string): string {
  const paths = LAKE_FOLDERS.map((folder) => `${folder}/${name}.ts`);
  return paths.find((path) => existsSync(join(projectRoot, path))) ?? name;
}

async function checkNpm([action = "", ...args]: string[]): Promise<void> {
  const [name = "", ...more] = action === "run" ? args : [action, ...args];
  if (npmScripts[name] === undefined) throw new ExpectedError(`there is no npm script ${name}`);
  const path = scriptOfNpm(name);
  const given = more[0] === "--" ? more.slice(1) : more;
  if (path !== undefined) return checkGiven(await commandAt(path), given);
  if (given.length > 0) throw new ExpectedError(`${name} takes no arguments`);
}

/** The script that an npm script of this project runs, if it runs one. */
const scriptOfNpm = (name: string) => /^node bin\/bootstrap\.mjs (\S+)$/.exec(npmScripts[name] ?? "")?.[1];

async function commandAt(path: string): Promise<CommandMain["command"]> {
  if (!existsSync(join(projectRoot, path))) throw new ExpectedError(`there is no script ${path}`);
  const { main }: { main: CommandMain } = await import(join(projectRoot, path));
  return main.command;
}

/** Requires one of the scripts that the page names to take the options, whatever else it needs. */
async function checkOptions(args: readonly string[], page: string): Promise<void> {
  const [name = ""] = args[0]?.slice("--".length).split("=") ?? [];
  const problems: unknown[] = [];
  for (const path of scriptsOf(readText(page))) {
    const command = await commandAt(path);
    if (command.options[name] === undefined) continue;
    const options = Object.entries(command.options).map(([each, spec]) => [
      each,
      { ...spec, required: false },
    ]);
    try {
      return checkGiven({ ...command, options: Object.fromEntries(options), positionals: [] }, args);
    } catch (error) {
      problems.push(error);
    }
  }
  throw problems[0] ?? new ExpectedError(`no script of the page has the option --${name}`);
}

/** A whole number may be written as N. */
function checkGiven(command: CommandMain["command"], args: readonly string[]): void {
  const isNumber = (word = "") => command.options[word.slice("--".length)]?.type === "integer";
  const given = args.map((word, index) => (word === "N" && isNumber(args[index - 1]) ? "1" : word));
  checkArguments(command, given, { DISCOGS_DATA_LAKE: "hive-data", DISCOGS_RAW: "raw" });
}

function scriptsOf(text: string): Set<string> {
  const paths = [...text.matchAll(/\b(?:scripts|pipelines|legacy|tests)\/\w+\.ts\b/g)].map(([path]) => path);
  const called = [...text.matchAll(/\bbin\/lake ([a-z]\w+)/g)].map(([, name = ""]) => pathOf(name));
  const byNpm = [...text.matchAll(/\bnpm run ([\w:]+)/g)].map(([, name = ""]) => scriptOfNpm(name) ?? "");
  return new Set([...paths, ...called, ...byNpm].filter((path) => existsSync(join(projectRoot, path))));
}

/** Requires the workflow to exist and to take the parameters. */
function checkWorkflow([file = "", ...args]: string[]): void {
  const name = file.replace(/\.dig$/, "");
  if (workflowParameters[name] === undefined) throw new ExpectedError(`there is no workflow ${file}`);
  checkParameters(args, [name]);
}

/** Requires each `-p name=value` to be one that one of the workflows takes. The value may be missing, or a placeholder. */
function checkParameters(args: readonly string[], workflows: readonly string[]): void {
  for (let at = 0; at < args.length; at += 2) {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(args[at + 1] ?? "") ?? [];
    const takers = workflows.flatMap((each) => workflowParameters[each]?.takes[name] ?? []);
    const isPlaceholder = (given: string, { placeholder }: Rule) =>
      ["", "...", ...placeholder.split(", ")].includes(given);
    if (args[at] !== "-p" || !takers.some(({ rule }) => isPlaceholder(value, rule) || rule.allows(value)))
      throw new ExpectedError(`no workflow takes ${args.slice(at, at + 2).join(" ")}`);
  }
}
