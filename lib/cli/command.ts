import { realpathSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { coloursFor } from "./colours.ts";
import { commandCall } from "./command_call.ts";
import { type CommandWords, parseOptions, readWords } from "./command_words.ts";
import { EXIT, ExpectedError, oneLine } from "./errors.ts";
import { endProcess, endWhenInterrupted } from "./interrupt.ts";
import { createLogger, type Logger } from "./log.ts";
import { nearest } from "./nearest.ts";
import { type OptionSpecs, type OptionValues, optionValue, renderOptions } from "./options.ts";
import { exitCodeOfOutput, watchOutput, writeOutput } from "./output.ts";
import { beginStage, noteFailure, noteSummary } from "./stage_log.ts";
import { systemFailure } from "./system_error.ts";

/** The input of a command's `run`: parsed options, positional arguments, environment and output. */
export interface CommandContext<O extends OptionSpecs> {
  options: OptionValues<O>;
  positionals: string[];
  env: NodeJS.ProcessEnv;
  log: Logger;
  /** Prints one line of results to stdout. */
  print(line: string): void;
  /**
   * Summarises in a few words what was done, for the one line that a workflow shows. By default that is the line of a
   * single print.
   */
  summarize(text: string): void;
  /** Prints text or bytes of any size: see {@link writeOutput}. */
  write(output: string | Uint8Array): Promise<boolean>;
}

/** A script: one declaration defines its `--help` and its arguments. */
export interface Command<O extends OptionSpecs> {
  /** Path from the project root, e.g. `scripts/promote.ts`. */
  name: string;
  summary: string;
  /** Paragraphs shown below the summary. */
  description?: string;
  options: O;
  /** Names of the positional arguments; a trailing `?` makes one optional. */
  positionals?: string[];
  examples?: string[];
  /** Does the work and returns the exit code. */
  run(context: CommandContext<O>): Promise<number>;
}

/** The entrypoint of a script as a function, for tests and for {@link runAsEntrypoint}. */
export type Main = (argv: string[], env: NodeJS.ProcessEnv, log?: Logger) => Promise<number>;

/** An entrypoint with its declaration, for generated documentation and for scripts that wrap another one. */
export type CommandMain = Main & { readonly command: Command<OptionSpecs> };

/**
 * Turns a command into `main(argv, env)`, which parses the arguments, answers `--help`, prints an expected failure as
 * one line on stderr, and returns the exit code (0 ok, 1 a check failed, 2 usage or bad input, 3 unexpected).
 */
export function defineCommand<O extends OptionSpecs>(command: Command<O>): CommandMain {
  const main: Main = async (argv, env, log = createLogger()) => {
    const words = readWords(command.options, argv);
    if (words.asksForHelp) {
      process.stdout.write(helpText(command));
      return EXIT.ok;
    }
    try {
      const { options, positionals } = parseCommandLine(command, words, env);
      return await command.run({
        options,
        positionals,
        env,
        log,
        ...output(log),
      });
    } catch (error) {
      log.clear();
      return reportError(command.name, error, words.asksToDebug);
    } finally {
      log.clear();
    }
  };
  return Object.assign(main, { command });
}

/**
 * Parses arguments as the command does, but runs nothing.
 * @throws ExpectedError if the command would refuse them
 */
export function checkArguments(command: Command<OptionSpecs>, argv: string[], env: NodeJS.ProcessEnv): void {
  parseCommandLine(command, readWords(command.options, argv), env);
}

type Output = Pick<CommandContext<OptionSpecs>, "print" | "write" | "summarize">;

/** How a command writes its results; the status line is cleared first. */
function output(log: Logger): Output {
  let lines = 0;
  let summary: string | undefined;
  return {
    print(line) {
      log.clear();
      process.stdout.write(`${line}\n`);
      lines += 1;
      if (summary === undefined) noteSummary(lines === 1 ? line : "");
    },
    write(text) {
      log.clear();
      return writeOutput(text);
    },
    summarize(text) {
      summary = text;
      noteSummary(text);
    },
  };
}

/**
 * Runs `main` when the module is the script that node was started with. Only this function ends the process, after all
 * output is written; in a workflow it also logs when the script ran.
 */
export async function runAsEntrypoint(moduleUrl: string, main: Main): Promise<void> {
  const script = process.argv[1];
  if (script === undefined || realpathSync(script) !== fileURLToPath(moduleUrl)) return;
  watchOutput();
  const endStage = beginStage(process.env, relative(process.cwd(), script));
  const { name, debug } = describeMain(main, script);
  endWhenInterrupted(name, endStage);
  const end = async (code: number) => {
    const exitCode = await exitCodeOfOutput(name, code);
    endStage(exitCode);
    endProcess(exitCode);
  };
  // Errors of streams and promises that nothing handles; Node would print a stack.
  process.on("uncaughtException", (error) => void end(reportError(name, error, debug)));
  await end(await main(process.argv.slice(2), process.env));
}

function describeMain(main: Main | CommandMain, script: string): { name: string; debug: boolean } {
  if (!("command" in main)) return { name: script, debug: false };
  const { asksToDebug } = readWords(main.command.options, process.argv.slice(2));
  return { name: main.command.name, debug: asksToDebug };
}

function parseCommandLine<O extends OptionSpecs>(
  command: Command<O>,
  words: CommandWords,
  env: NodeJS.ProcessEnv,
) {
  const parsed = parseOrExplain(command, () =>
    parseArgs({
      args: words.args,
      options: parseOptions(command.options),
      allowPositionals: true,
      strict: true,
    }),
  );
  if (words.repeated !== undefined) {
    throw new ExpectedError(`--${words.repeated} is given twice; see ${commandCall(command.name)} --help`);
  }
  checkPositionals(command, words.positionals);
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(command.options)) {
    values[name] = optionValue(name, spec, words.flagWords[name] ?? parsed.values[name], env);
  }
  return { options: values as OptionValues<O>, positionals: words.positionals };
}

function parseOrExplain<T, O extends OptionSpecs>({ name, options }: Command<O>, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const text = oneLine(error).replace(/\. To specify a positional.*$|\.$/, "");
    const problem = `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
    const [, unknown] = /^unknown option '--([^'=]+)/.exec(problem) ?? [];
    const near =
      unknown === undefined ? undefined : optionMeant(unknown, [...Object.keys(options), "debug", "help"]);
    const meant = near === undefined ? "" : `, did you mean --${near}?`;
    throw new ExpectedError(`${problem}${meant}; see ${commandCall(name)} --help`, { cause: error });
  }
}

/** The only option that ends with the given word, as `--dump-month` with `month`, or the nearest. */
function optionMeant(given: string, names: readonly string[]): string | undefined {
  const ending = names.filter((name) => name.endsWith(`-${given}`));
  return ending.length === 1 ? ending[0] : nearest(given, names);
}

function checkPositionals<O extends OptionSpecs>(command: Command<O>, given: string[]): void {
  const names = command.positionals ?? [];
  const missing = names.find((name, index) => !name.endsWith("?") && index >= given.length);
  if (missing !== undefined)
    throw new ExpectedError(`<${missing}> is missing; see ${commandCall(command.name)} --help`);
  if (given.length > names.length) {
    throw new ExpectedError(
      `unexpected argument "${given[names.length]}"; see ${commandCall(command.name)} --help`,
    );
  }
}

function helpText<O extends OptionSpecs>(command: Command<O>): string {
  const places = (command.positionals ?? []).map((name) =>
    name.endsWith("?") ? ` [${name.slice(0, -1)}]` : ` <${name}>`,
  );
  const parts = [
    `${command.summary}\n\nUsage: ${commandCall(command.name)}${places.join("")} [options]\n`,
    command.description === undefined ? "" : `\n${command.description.trim()}\n`,
    `\nOptions:\n${renderOptions(command.options)}`,
    (command.examples ?? []).length === 0
      ? ""
      : `\nExamples:\n${command.examples?.map((e) => `  ${e}\n`).join("")}`,
    "\nExit codes: 0 ok, 1 a check failed, 2 usage, configuration or bad input, 3 unexpected error.\n",
  ];
  return parts.join("");
}

/** Reports the error that ended a script as one line on stderr, and returns the exit code. */
export function reportError(name: string, error: unknown, debug: boolean): number {
  const { text, exitCode, isExpected } = described(error);
  const line = `${name}: ${isExpected ? "error" : "unexpected error"}: ${text}`;
  noteFailure(line);
  process.stderr.write(`${coloursFor(process.stderr).red(line)}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  else if (!isExpected) process.stderr.write(`${name}: run it again with --debug for the stack\n`);
  return exitCode;
}

function described(error: unknown): { text: string; exitCode: number; isExpected: boolean } {
  if (error instanceof ExpectedError) {
    return { text: oneLine(error), exitCode: error.exitCode, isExpected: true };
  }
  const failure = systemFailure(error);
  if (failure !== undefined) return { ...failure, isExpected: true };
  return { text: oneLine(error), exitCode: EXIT.unexpected, isExpected: false };
}
