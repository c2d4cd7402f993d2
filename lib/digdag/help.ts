import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../files/project_root.ts";
import type { Parameter } from "../parameters/declared.ts";
import { type FolderName, parametersOf, workflowParameters } from "../parameters/workflows.ts";
import type { Workflow } from "./workflow.ts";

const USAGE = `Runs Digdag on the project's workflows, from any directory.

Usage: bin/digdag run WORKFLOW [-p NAME=VALUE]... [-P FILE] [--verbose]
       bin/digdag run WORKFLOW --help   what a workflow does, and its parameters
       bin/digdag run --help            Digdag's own options of a run
       bin/digdag check                 parse the workflows, run nothing

Without --verbose, a workflow prints one line per step; the full log is kept in the lake.
`;

const FOLDERS: readonly FolderName[] = ["digdag", "history"];

/** A workflow of the project, for a list. */
export interface ListedWorkflow {
  name: string;
  /** `digdag/main.dig` */
  path: string;
  /** Parameters without which it does not run, as they are given: `run_id=RUN_ID`. */
  needs: string[];
  /** What it does, in one sentence. */
  summary: string;
}

/** The project's workflows, in the order in which they are declared. */
export function listedWorkflows(): ListedWorkflow[] {
  return Object.entries(workflowParameters).map(([name, { folder }]) => ({
    name,
    path: `${folder}/${name}.dig`,
    needs: neededBy(name),
    summary: firstSentence(about(name)),
  }));
}

function neededBy(workflow: string): string[] {
  const { takes = {}, needs = [] } = workflowParameters[workflow] ?? {};
  return needs.map((parameter) => `${parameter}=${takes[parameter]?.rule.placeholder}`);
}

/** The output of `bin/digdag --help`: the project's workflows and all of their parameters. */
export function launcherHelp(): string {
  const workflows = listedWorkflows().map(({ name, summary }) => [name, summary] as const);
  const all: Record<string, Parameter> = {};
  for (const folder of FOLDERS) Object.assign(all, { ...parametersOf[folder], ...all });
  return `${USAGE}\nWorkflows:\n${aligned(workflows)}\nParameters:\n${parameterLines(all)}`;
}

/** The output of `bin/digdag run WORKFLOW --help`. */
export function workflowHelp({ name }: Workflow): string {
  const takes = workflowParameters[name]?.takes ?? {};
  const needed = neededBy(name)
    .map((parameter) => ` -p ${parameter}`)
    .join("");
  return `${about(name)}\n\nUsage: bin/digdag run ${name}.dig${needed} [-p NAME=VALUE]...\n\nParameters:\n${parameterLines(takes)}`;
}

function parameterLines(parameters: Readonly<Record<string, Parameter>>): string {
  const rows = Object.entries(parameters).map(([name, { rule, meaning, otherwise, default: value }]) => {
    const without = otherwise ?? value;
    return [
      `${name}=${rule.placeholder}`,
      `${meaning}${without === "" ? "" : ` (default: ${without})`}`,
    ] as const;
  });
  return aligned(rows).replaceAll("`", "");
}

function aligned(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}\n`).join("");
}

/** The comment at the top of a workflow file. */
function about(name: string): string {
  const folder = workflowParameters[name]?.folder ?? "digdag";
  const lines = readFileSync(join(projectRoot, folder, `${name}.dig`), "utf8").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^#\s?/, ""))
    .join(" ");
}

const firstSentence = (text: string) => /^.*?[.](?= |$)/.exec(text)?.[0] ?? text;
