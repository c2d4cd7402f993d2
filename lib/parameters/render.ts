import type { Parameter } from "./declared.ts";
import { type FolderName, parametersOf, workflowParameters } from "./workflows.ts";

const HEADING = `# Generated from lib/parameters by scripts/describe_parameters.ts; a test fails if it is out of date.
# The parameters of the workflows in this folder, included as the environment of every step: \`_env\` may give a
# parameter its default under its own name, because -p wins over it. (Over \`_export\` it does not.)
# Empty means: not given, as in -p name= as well. -p gives text, so "true" and "false" are compared as text everywhere.
`;

/** The file parameters.yml of a folder of workflows. */
export function parametersYml(folder: FolderName): string {
  const entries = Object.entries(parametersOf[folder]).map(([name, parameter]) => entry(name, parameter));
  return [HEADING, ...entries].join("\n");
}

function entry(name: string, { rule, otherwise, meaning, trueWhere, ...parameter }: Parameter): string {
  const given = `'${parameter.default}'`;
  const value = trueWhere === undefined ? given : `(typeof ${trueWhere} == 'undefined' ? ${given} : 'true')`;
  const without = otherwise ?? parameter.default;
  return [
    `# ${meaning}`,
    `#   ${rule.placeholder}${without === "" ? "" : `; default: ${without}`}`,
    `${name}: "\${typeof ${name} == 'undefined' || ${name} === '' ? ${value} : ${name}}"`,
    "",
  ].join("\n");
}

/** The parameters of a folder as rows of a table: name, default, meaning, and the workflows that use it. */
export function parameterRows(folder: FolderName): string[][] {
  const rows = Object.entries(parametersOf[folder]).map(
    ([name, { rule, otherwise, meaning, ...parameter }]) => [
      name,
      rule.placeholder,
      otherwise ?? parameter.default,
      meaning,
      takers(folder, name),
    ],
  );
  return [["name", "value", "default", "meaning", "taken by"], ...rows];
}

function takers(folder: FolderName, name: string): string {
  const all = Object.entries(workflowParameters).filter(([, workflow]) => workflow.folder === folder);
  const its = all.filter(([, { takes }]) => takes[name] !== undefined).map(([workflow]) => workflow);
  return its.length === all.length ? "all" : its.join(", ");
}
