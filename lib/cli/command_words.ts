import { type ParseArgsConfig, parseArgs } from "node:util";
import type { OptionSpecs } from "./options.ts";

/** The words of a command line, classified before anything is rejected. */
export interface CommandWords {
  /** Whether `--help` or `-h` is given as an option, not as another option's value and not after `--`. */
  asksForHelp: boolean;
  /** The same for `--debug`. */
  asksToDebug: boolean;
  positionals: string[];
  /** Flags given with a value, `--flag=true`, and that value. */
  flagWords: Record<string, string>;
  /** The first option that is given twice. */
  repeated: string | undefined;
  /** The arguments without those flags and without texts that only look like options. */
  args: string[];
}

/** The options of a command in the form of node's `parseArgs`. */
export function parseOptions(specs: OptionSpecs): NonNullable<ParseArgsConfig["options"]> {
  const options: NonNullable<ParseArgsConfig["options"]> = { debug: { type: "boolean" } };
  for (const [name, spec] of Object.entries(specs)) {
    options[name] = { type: spec.type === "flag" ? "boolean" : "string" };
  }
  return options;
}

/**
 * Parses arguments as `parseArgs` does, but rejects nothing. Option names contain no white space, so a word that does
 * is text: an SQL statement may begin with a comment.
 */
export function readWords(specs: OptionSpecs, argv: readonly string[]): CommandWords {
  const options = { ...parseOptions(specs), help: { type: "boolean", short: "h" } } as const;
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const words: CommandWords = {
    asksForHelp: false,
    asksToDebug: false,
    positionals: [],
    flagWords: {},
    repeated: undefined,
    args: [],
  };
  const taken = new Set<number>();
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind === "positional") words.positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, index, value } = token;
    if (name === "help" && value === undefined) words.asksForHelp = true;
    if (name === "debug" && value === undefined) words.asksToDebug = true;
    if (/\s/.test(name)) {
      words.positionals.push(argv[index] ?? "");
      taken.add(index);
      continue;
    }
    if (given.has(name)) words.repeated ??= name;
    given.add(name);
    if (specs[name]?.type === "flag" && value !== undefined) {
      words.flagWords[name] = value;
      taken.add(index);
    }
  }
  words.args = argv.filter((_, index) => !taken.has(index));
  return words;
}
