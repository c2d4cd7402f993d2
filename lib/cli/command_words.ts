import { type ParseArgsConfig, parseArgs } from "node:util";
import type { OptionSpecs } from "./options.ts";

/** The arguments of a command line, told apart before anything is refused. */
export interface CommandWords {
  /** There is an option `--help` or `-h`: not as a value of another one, nor behind `--`. */
  asksForHelp: boolean;
  /** The same of `--debug`. */
  asksToDebug: boolean;
  positionals: string[];
  /** Flags that were given with a word, `--flag=true`, and that word. */
  flagWords: Record<string, string>;
  /** The arguments without these flags and without texts that only look like options. */
  args: string[];
}

/** The options of a command as node's `parseArgs` takes them. */
export function parseOptions(specs: OptionSpecs): NonNullable<ParseArgsConfig["options"]> {
  const options: NonNullable<ParseArgsConfig["options"]> = { debug: { type: "boolean" } };
  for (const [name, spec] of Object.entries(specs)) {
    options[name] = { type: spec.type === "flag" ? "boolean" : "string" };
  }
  return options;
}

/**
 * Reads the arguments as `parseArgs` does, but refuses nothing. No option has white space in its name, so a word like
 * that is a text: a statement of SQL may begin with a comment.
 */
export function readWords(specs: OptionSpecs, argv: readonly string[]): CommandWords {
  const options = { ...parseOptions(specs), help: { type: "boolean", short: "h" } } as const;
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const words: CommandWords = {
    asksForHelp: false,
    asksToDebug: false,
    positionals: [],
    flagWords: {},
    args: [],
  };
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind === "positional") words.positionals.push(token.value);
    if (token.kind !== "option") continue;
    const { name, index, value } = token;
    if (name === "help" && value === undefined) words.asksForHelp = true;
    if (name === "debug" && value === undefined) words.asksToDebug = true;
    if (/\s/.test(name)) {
      words.positionals.push(argv[index] ?? "");
      taken.add(index);
    } else if (specs[name]?.type === "flag" && value !== undefined) {
      words.flagWords[name] = value;
      taken.add(index);
    }
  }
  words.args = argv.filter((_, index) => !taken.has(index));
  return words;
}
