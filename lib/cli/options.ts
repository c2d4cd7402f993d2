import { resolve } from "node:path";
import { ExpectedError } from "./errors.ts";
import { didYouMean } from "./nearest.ts";

/**
 * One option of a command.
 *
 * - `string`: text, optionally one of `choices`
 * - `path`: made absolute against the working directory; `-` is kept
 * - `file`: a path that does not end like that of a directory
 * - `integer`: decimal, at least `min` (default 0), and at most `max`
 * - `flag`: present or absent; a workflow passes `--flag=true` or `--flag=false`
 *
 * An empty value counts as not given, so that workflows can pass `"$parameter"` on, except where it is refused.
 */
export interface OptionSpec {
  type: "string" | "path" | "file" | "integer" | "flag";
  summary: string;
  /** Environment variable that is used when the option is not given. */
  env?: string;
  default?: string | number;
  required?: boolean;
  choices?: readonly string[];
  /** Refuses an empty value, e.g. of a list, where the default would be the opposite of what it seems to mean. */
  notEmpty?: true;
  /** The form that a `string` must have. */
  form?: OptionForm;
  min?: number;
  max?: number;
  /** Placeholder in the help text. */
  value?: string;
}

/** A required form of text, and its name in messages: "a size like 2GB". */
export interface OptionForm {
  pattern: RegExp;
  name: string;
}

/** The options of a command by name, without the leading dashes. */
export type OptionSpecs = Record<string, OptionSpec>;

type Present<S extends OptionSpec> = S extends { type: "flag" }
  ? boolean
  : S extends { type: "integer" }
    ? number
    : string;

type IsAlwaysThere<S extends OptionSpec> = S extends
  | { type: "flag" }
  | { required: true }
  | { default: string | number }
  ? true
  : false;

/** The values of parsed options: `undefined` only for an option that is neither required nor has a default. */
export type OptionValues<O extends OptionSpecs> = {
  [K in keyof O]: IsAlwaysThere<O[K]> extends true ? Present<O[K]> : Present<O[K]> | undefined;
};

/** The option for the lake's root directory, shared by all scripts. */
export const lakeOption = {
  type: "path",
  env: "DISCOGS_DATA_LAKE",
  required: true,
  value: "DIR",
  summary: "root directory of the lake",
} as const satisfies OptionSpec;

/** Reads one option from the command line and the environment. Throws ExpectedError when its value is invalid. */
export function optionValue(
  name: string,
  spec: OptionSpec,
  given: string | boolean | undefined,
  env: NodeJS.ProcessEnv,
): string | number | boolean | undefined {
  if (spec.type === "flag") return flag(name, given);
  if (spec.notEmpty === true && given === "") {
    throw new ExpectedError(`--${name} is empty, but must be ${spec.value}`);
  }
  const fromEnv = spec.env === undefined ? undefined : env[spec.env];
  const text = [given, fromEnv].find((value) => typeof value === "string" && value !== "") ?? spec.default;
  if (text === undefined) {
    if (spec.required === true) throw new ExpectedError(`--${name} is missing${orEnv(spec)}`);
    return undefined;
  }
  return convert(name, spec, String(text));
}

function flag(name: string, given: string | boolean | undefined): boolean {
  if (given === undefined || given === "") return false;
  if (given === true || given === "true" || given === "false") return String(given) === "true";
  throw new ExpectedError(`--${name} is "${given}", but must be one of: true, false`);
}

function convert(name: string, spec: OptionSpec, text: string): string | number {
  if (spec.type === "integer") return integer(name, spec, text);
  if (spec.type === "file" && text.endsWith("/")) {
    throw new ExpectedError(`--${name} is "${text}", a directory, but must be a file`);
  }
  if (spec.type === "path" || spec.type === "file")
    return text === "-" ? text : absolutePath(`--${name}`, text);
  if (spec.choices !== undefined && !spec.choices.includes(text)) {
    throw new ExpectedError(
      `--${name} is "${text}", but must be one of: ${spec.choices.join(", ")}${didYouMean(text, spec.choices, ";")}`,
    );
  }
  if (spec.form !== undefined && !spec.form.pattern.test(text)) {
    throw new ExpectedError(`--${name} is "${text}", but must be ${spec.form.name}`);
  }
  return text;
}

/**
 * The absolute path of a text given as `name`, like `--out`.
 * @throws ExpectedError if it is not valid UTF-8: Node has U+FFFD in place of other bytes, so it would be another path
 */
export function absolutePath(name: string, text: string, cwd = ""): string {
  const path = resolve(cwd, text);
  if (path.includes("\uFFFD")) throw new ExpectedError(`${name} is ${path}, which is not valid UTF-8`);
  return path;
}

function integer(name: string, spec: OptionSpec, text: string): number {
  const value = Number(text);
  const { min = 0, max } = spec;
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min || value > (max ?? value)) {
    const range = max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new ExpectedError(`--${name} is "${text}", but must be a whole number ${range}`);
  }
  return value;
}

function orEnv(spec: OptionSpec): string {
  return spec.env === undefined ? "" : ` (or set ${spec.env})`;
}

/** The option list of a help text, one option per line. */
export function renderOptions(specs: OptionSpecs): string {
  const rows = Object.entries({
    ...specs,
    debug: { type: "flag", summary: "show the stack of an error" },
    help: { type: "flag", summary: "show this text" },
  } satisfies OptionSpecs).map(([name, spec]) => [`--${name}${placeholder(spec)}`, describe(spec)] as const);
  const width = Math.max(...rows.map(([flag]) => flag.length));
  return rows.map(([flag, summary]) => `  ${flag.padEnd(width)}  ${summary}\n`).join("");
}

function placeholder(spec: OptionSpec): string {
  if (spec.type === "flag") return "";
  return ` ${spec.value ?? spec.choices?.join("|") ?? { string: "TEXT", path: "PATH", file: "FILE", integer: "N" }[spec.type]}`;
}

function describe(spec: OptionSpec): string {
  const notes = [
    spec.env === undefined ? "" : `$${spec.env}`,
    spec.default === undefined ? "" : `default ${spec.default}`,
    spec.required === true ? "required" : "",
  ].filter((note) => note !== "");
  return notes.length === 0 ? spec.summary : `${spec.summary} (${notes.join("; ")})`;
}
