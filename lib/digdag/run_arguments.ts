import { resolve } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { nearest } from "../cli/nearest.ts";
import { shellWords } from "../cli/shell_words.ts";
import { readParametersFile } from "./parameters_file.ts";

/** What the launcher needs from the arguments of `digdag run`; the rest is passed on unchanged. */
export interface RunArguments {
  /** The workflow as written: name, `name.dig` or a path. */
  workflow: string | undefined;
  /** `--project`, absolute. */
  project: string | undefined;
  /** `--session` as written. */
  session: string | undefined;
  /** `-p`, which overrides `-P`. */
  parameters: Record<string, string>;
  /** The user keeps Digdag's status elsewhere (`--save`), or nowhere (`--no-save`). */
  ownStatus: boolean;
  /** `--rerun`: nothing counts as done. */
  rerun: boolean;
  /** The tasks named, by patterns like `+seal`: only some of the tasks run, so success does not end the session. */
  tasks: string[];
  /** Nothing runs. */
  dryRun: boolean;
  /** `--help`: the workflow's parameters are requested. */
  help: boolean;
  /** `--verbose`, the launcher's own: shows all output of Digdag and its tasks. */
  verbose: boolean;
  /** The same run as a shell command. */
  command: string;
  /** All arguments for Digdag except workflow, project and session, with absolute paths. */
  rest: string[];
}

const VALUE_OF: Record<string, string> = {
  "--project": "project",
  "-s": "start",
  "--start": "start",
  "-g": "goal",
  "--goal": "goal",
  "-e": "end",
  "--end": "end",
  "-o": "save",
  "--save": "save",
  "-p": "param",
  "--param": "param",
  "-P": "params-file",
  "--params-file": "params-file",
  "-t": "session",
  "--session-time": "session",
  "--session": "session",
  "--timezone": "timezone",
  "--max-task-threads": "threads",
  "-O": "task-log",
  "--task-log": "task-log",
  "-c": "config",
  "--config": "config",
  "-L": "log",
  "--log": "log",
  "-l": "log-level",
  "--log-level": "log-level",
  "-X": "system-property",
};

const PATHS = new Set(["save", "params-file", "task-log", "config"]);
const OF_TASKS = new Set(["start", "goal", "end"]);
/** Includes help, which must not end an unfinished session. */
const DRY_RUN = new Set(["-d", "--dry-run", "-dE", "--help", "-help"]);
const HELP = new Set(["--help", "-help", "-h"]);
const VERBOSE = "--verbose";
const RERUN = new Set(["-a", "--rerun", "--all"]);

/** Every option of a run, with two dashes. */
const OPTIONS = [
  ...Object.keys(VALUE_OF),
  ...DRY_RUN,
  ...RERUN,
  VERBOSE,
  "--no-save",
  "--dry-run-and-echo",
].filter((option) => option.startsWith("--"));

/** Reads the arguments that follow `digdag run`. ExpectedError when an option lacks its value. */
export function parseRunArguments(argv: readonly string[], cwd: string): RunArguments {
  const parsed = emptyArguments();
  const places: string[] = [];
  const fromFile: Record<string, string> = {};
  const given = new Set<string>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    const option = VALUE_OF[word];
    if (option !== undefined) {
      const value = argv[++i];
      if (value === undefined) throw new ExpectedError(`digdag run: ${word} needs a value`);
      refuseSecond(given, word, option, value);
      takeOption(parsed, fromFile, word, option, PATHS.has(option) ? resolve(cwd, value) : value, cwd);
    } else if (word.startsWith("-")) {
      takeFlag(parsed, word);
    } else {
      places.push(word);
    }
  }
  const [workflow, ...tasks] = places;
  refuseExtraWords(places);
  return {
    ...parsed,
    workflow,
    command: shellWords(["bin/digdag", "run", ...argv]),
    tasks: [...tasks, ...parsed.tasks],
    parameters: { ...fromFile, ...parsed.parameters },
    rest: [...tasks, ...parsed.rest],
  };
}

function emptyArguments(): RunArguments {
  return {
    workflow: undefined,
    project: undefined,
    session: undefined,
    parameters: {},
    ownStatus: false,
    rerun: false,
    tasks: [],
    dryRun: false,
    help: false,
    verbose: false,
    command: "",
    rest: [],
  };
}

function takeOption(
  parsed: RunArguments,
  fromFile: Record<string, string>,
  word: string,
  option: string,
  value: string,
  cwd: string,
): void {
  if (option === "project") parsed.project = resolve(cwd, value);
  else if (option === "session") parsed.session = value;
  else parsed.rest.push(word, value);
  if (option === "param") Object.assign(parsed.parameters, parameter(value));
  if (option === "params-file") Object.assign(fromFile, readParametersFile(value));
  if (option === "save") parsed.ownStatus = true;
  if (OF_TASKS.has(option)) parsed.tasks.push(value);
}

/** Of two values, Digdag would silently take the last one, or refuse the second when the session has begun. */
function refuseSecond(given: Set<string>, word: string, option: string, value: string): void {
  if (option === "system-property") return;
  const name = option === "param" ? `-p ${Object.keys(parameter(value))[0]}` : word;
  const key = option === "param" ? name : option;
  if (given.has(key)) throw new ExpectedError(`digdag run: ${name} is given twice`);
  given.add(key);
}

function takeFlag(parsed: RunArguments, word: string): void {
  if (word === "--no-save") parsed.ownStatus = true;
  if (RERUN.has(word)) parsed.rerun = true;
  if (DRY_RUN.has(word)) parsed.dryRun = true;
  if (HELP.has(word)) parsed.help = true;
  refuseSlip(word);
  if (word === VERBOSE) parsed.verbose = true;
  else parsed.rest.push(word);
}

/**
 * After the workflow, Digdag takes one task, `+seal`. It would look for any other word among the tasks only when the session has
 * begun.
 */
function refuseExtraWords(places: readonly string[]): void {
  const parameter = places.find((word) => /^\w+=/.test(word));
  if (parameter !== undefined) {
    throw new ExpectedError(`digdag run: a parameter needs -p before it: -p ${shellWords([parameter])}`);
  }
  const extra = places.find((word, index) => index > 1 || (index === 1 && !word.startsWith("+")));
  if (extra === undefined) return;
  throw new ExpectedError(
    `digdag run: "${extra}" is one word too many: give one workflow, and at most one of its tasks, like +seal`,
  );
}

/** An unknown option may belong to another Digdag version, unless it is close to a known one. */
function refuseSlip(word: string): void {
  if (!word.startsWith("--") || OPTIONS.includes(word)) return;
  const near = nearest(
    word.slice(2),
    OPTIONS.map((option) => option.slice(2)),
  );
  if (near !== undefined)
    throw new ExpectedError(`digdag run: unknown option ${word}, did you mean --${near}?`);
}

function parameter(text: string): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new ExpectedError(`digdag run: -p is "${text}", but must be NAME=VALUE`);
  return { [text.slice(0, at)]: text.slice(at + 1) };
}
