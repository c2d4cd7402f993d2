import { realpathSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EXIT, ExpectedError, oneLine } from "./errors.ts";
import { createLogger, type Logger } from "./log.ts";
import { type OptionSpecs, type OptionValues, optionValue, renderOptions } from "./options.ts";
import { exitCodeOfOutput, watchOutput, writeOutput } from "./output.ts";
import { beginStage, noteFailure } from "./stage_log.ts";

/** What a command's `run` gets: parsed options, positional arguments, the environment, where to write. */
export interface CommandContext<O extends OptionSpecs> {
  options: OptionValues<O>;
  positionals: string[];
  env: NodeJS.ProcessEnv;
  log: Logger;
  /** Prints one line of results to stdout. */
  print(line: string): void;
  /** Prints text, for results of any size: see {@link writeOutput}. */
  write(text: string): Promise<boolean>;
}

/** A script: its `--help` and its arguments are one declaration. */
export interface Command<O extends OptionSpecs> {
  /** Path from the project root, e.g. `scripts/promote.ts`. */
  name: string;
  summary: string;
  /** Paragraphs shown below the summary. */
  description?: string;
  options: O;
  /** Names of the positional arguments; one that ends in `?` may be left out. */
  positionals?: string[];
  examples?: string[];
  /** Does the work and returns the exit code. */
  run(context: CommandContext<O>): Promise<number>;
}

/** The entrypoint of a script as a function: for tests, and for {@link runAsEntrypoint}. */
export type Main = (argv: string[], env: NodeJS.ProcessEnv, log?: Logger) => Promise<number>;

/** An entrypoint that can say what it is, for documents and for scripts that are another form of it. */
export type CommandMain = Main & { readonly command: Command<OptionSpecs> };

/**
 * Turns a command into `main(argv, env)`: parses the arguments, answers `--help`, prints an expected failure as
 * one line on stderr, and returns the exit code (0 ok, 1 a check failed, 2 usage or bad input, 3 unexpected).
 */
export function defineCommand<O extends OptionSpecs>(command: Command<O>): CommandMain {
  const main: Main = async (argv, env, log = createLogger()) => {
    if (argv.includes("--help") || argv.includes("-h")) {
      process.stdout.write(helpText(command));
      return EXIT.ok;
    }
    try {
      const { options, positionals } = parseCommandLine(command, argv, env);
      return await command.run({
        options,
        positionals,
        env,
        log,
        print: (line) => process.stdout.write(`${line}\n`),
        write: writeOutput,
      });
    } catch (error) {
      return reportError(command.name, error, argv.includes("--debug"));
    }
  };
  return Object.assign(main, { command });
}

/**
 * Runs `main` when the module is the script that node was started with. This is the only place that ends the
 * process, when all of the output is taken, and notes in the log of a workflow's stages when it ran.
 */
export async function runAsEntrypoint(moduleUrl: string, main: Main): Promise<void> {
  const script = process.argv[1];
  if (script === undefined || realpathSync(script) !== fileURLToPath(moduleUrl)) return;
  watchOutput();
  const name = relative(process.cwd(), script);
  const endStage = beginStage(process.env, name);
  const exitCode = await exitCodeOfOutput(name, await main(process.argv.slice(2), process.env));
  endStage(exitCode);
  process.exit(exitCode);
}

function parseCommandLine<O extends OptionSpecs>(
  command: Command<O>,
  argv: string[],
  env: NodeJS.ProcessEnv,
) {
  const flags: Record<string, { type: "string" | "boolean" }> = { debug: { type: "boolean" } };
  for (const [name, spec] of Object.entries(command.options)) {
    flags[name] = { type: spec.type === "flag" ? "boolean" : "string" };
  }
  const parsed = parseOrExplain(command.name, () =>
    parseArgs({ args: argv.map(notAnOption), options: flags, allowPositionals: true, strict: true }),
  );
  checkPositionals(command, parsed.positionals);
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(command.options)) {
    values[name] = optionValue(name, spec, parsed.values[name], env);
  }
  return { options: values as OptionValues<O>, positionals: parsed.positionals };
}

/** SQL that begins with a comment is no option, which parseArgs would take it for: a blank before it changes nothing. */
function notAnOption(argument: string): string {
  return /^--[^=]*\s/.test(argument) ? ` ${argument}` : argument;
}

function parseOrExplain<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new ExpectedError(`${oneLine(error).replace(/\. To specify.*$/, "")}; see ${name} --help`, {
      cause: error,
    });
  }
}

function checkPositionals<O extends OptionSpecs>(command: Command<O>, given: string[]): void {
  const names = command.positionals ?? [];
  const missing = names.find((name, index) => !name.endsWith("?") && index >= given.length);
  if (missing !== undefined) throw new ExpectedError(`<${missing}> is missing; see ${command.name} --help`);
  if (given.length > names.length) {
    throw new ExpectedError(`unexpected argument "${given[names.length]}"; see ${command.name} --help`);
  }
}

function helpText<O extends OptionSpecs>(command: Command<O>): string {
  const places = (command.positionals ?? []).map((name) =>
    name.endsWith("?") ? ` [${name.slice(0, -1)}]` : ` <${name}>`,
  );
  const parts = [
    `${command.summary}\n\nUsage: npx tsx ${command.name}${places.join("")} [options]\n`,
    command.description === undefined ? "" : `\n${command.description.trim()}\n`,
    `\nOptions:\n${renderOptions(command.options)}`,
    (command.examples ?? []).length === 0
      ? ""
      : `\nExamples:\n${command.examples?.map((e) => `  ${e}\n`).join("")}`,
    "\nExit codes: 0 ok, 1 a check failed, 2 usage, configuration or bad input, 3 unexpected error.\n",
  ];
  return parts.join("");
}

function reportError(name: string, error: unknown, debug: boolean): number {
  const expected = error instanceof ExpectedError;
  const label = expected ? "error" : "unexpected error";
  const line = `${name}: ${label}: ${oneLine(error)}`;
  noteFailure(line);
  process.stderr.write(`${line}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  else if (!expected) process.stderr.write(`${name}: run it again with --debug for the stack\n`);
  return expected ? error.exitCode : EXIT.unexpected;
}
