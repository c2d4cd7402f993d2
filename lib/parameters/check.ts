import { counted } from "../cli/amounts.ts";
import { ExpectedError } from "../cli/errors.ts";
import { didYouMean } from "../cli/nearest.ts";
import type { Parameter } from "./declared.ts";
import { parameterOf, type WorkflowParameters, workflowParameters } from "./workflows.ts";

const LONGEST_SHOWN = 80;

/**
 * Checks names and values of a workflow's parameters; an empty value counts as not given.
 * @throws ExpectedError, one line with everything that is wrong
 */
export function checkParameters(workflow: string, given: Readonly<Record<string, string>>): void {
  const declared = workflowParameters[workflow];
  if (declared === undefined) throw new ExpectedError(`there is no workflow ${workflow}.dig in this project`);
  const names = Object.keys(given);
  const wrong = [
    ...names.flatMap((name) => problemOf(name, given[name] ?? "", workflow, declared)),
    ...missing(given, workflow, declared),
  ];
  if (wrong.length === 0) return;
  const isAboutNames = names.some((name) => parameterOf(declared, name) === undefined);
  const isSuggested = wrong.at(-1)?.endsWith("?") === true;
  const takes =
    isAboutNames && !isSuggested
      ? `; ${workflow}.dig takes ${Object.keys(declared.takes).sort().join(", ")}`
      : "";
  throw new ExpectedError(`${wrong.join("; ")}${takes}`);
}

function problemOf(name: string, value: string, workflow: string, declared: WorkflowParameters): string[] {
  const parameter = parameterOf(declared, name);
  if (parameter === undefined) return [unknown(name, workflow, Object.keys(declared.takes))];
  return value === "" ? [] : wrongValue(name, value, parameter);
}

function unknown(name: string, workflow: string, taken: string[]): string {
  const others = Object.entries(workflowParameters)
    .filter(([, declared]) => parameterOf(declared, name) !== undefined)
    .map(([other]) => other);
  if (others.length > 0) return `${workflow}.dig does not use the parameter ${name} (of ${some(others)})`;
  return `there is no parameter ${shown(name)}${didYouMean(name, taken)}`;
}

function some(workflows: string[]): string {
  const [first = "", second] = workflows;
  const rest = workflows.length > 2 ? ` and ${counted(workflows.length - 2, "other")}` : "";
  return second === undefined ? `${first}.dig` : `${first}.dig, ${second}.dig${rest}`;
}

function wrongValue(name: string, value: string, { rule }: Parameter): string[] {
  // Digdag would evaluate the former as JavaScript; the latter would break shell commands and log lines.
  if (value.includes("${")) return [`${name} is ${shown(value)}, but must not contain \${`];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is searched for
  if (/[\u0000-\u001f\u007f]/.test(value)) {
    return [`${name} is ${shown(value)}, but must not contain line breaks or control characters`];
  }
  if (rule.allows(value)) return [];
  const problem = rule.problem?.(value);
  if (problem !== undefined) return [`${name} is ${shown(value)}, but must be ${rule.form}: ${problem}`];
  return [`${name} is ${shown(value)}, but must be ${rule.form}${didYouMean(value, rule.choices ?? [])}`];
}

/** Quoted on one line, whatever it contains. */
function shown(text: string): string {
  return JSON.stringify(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text);
}

function missing(
  given: Readonly<Record<string, string>>,
  workflow: string,
  { needs, takes }: WorkflowParameters,
): string[] {
  return needs
    .filter((name) => !given[name])
    .map((name) => `${workflow}.dig needs -p ${name}=${takes[name]?.rule.placeholder}`);
}
