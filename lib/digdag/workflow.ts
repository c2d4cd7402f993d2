import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { nearest } from "../cli/nearest.ts";
import { absolutePath } from "../cli/options.ts";
import { type Parameter, runParameters } from "../parameters/declared.ts";
import { path } from "../parameters/rules.ts";
import { parameterOf, workflowParameters } from "../parameters/workflows.ts";
import { workflowFolders } from "./places.ts";

/** A workflow file. */
export interface Workflow {
  /** Without `.dig`. */
  name: string;
  /** The file's directory: Digdag's project directory. */
  project: string;
}

/** Whether a workflow is one of this project's own, whose parameters are declared. */
export function isOwnWorkflow({ project }: Workflow): boolean {
  return workflowFolders.includes(project);
}

/** Whether the launcher passes this parameter to a workflow; one of another project takes every parameter. */
export function takesParameter(workflow: Workflow, name: string): boolean {
  const { takes = {} } = workflowParameters[workflow.name] ?? {};
  return !isOwnWorkflow(workflow) || parameterOf({ takes }, name) !== undefined;
}

/** The parameters with absolute paths: the workflow's tasks run in another directory than the launcher. */
export function withAbsolutePaths(
  workflow: Workflow,
  parameters: Readonly<Record<string, string>>,
  cwd: string,
): Record<string, string> {
  const takes = isOwnWorkflow(workflow) ? workflowParameters[workflow.name]?.takes : PATHS_OF_LAUNCHER;
  const entries = Object.entries(parameters).map(([name, value]) => {
    const isPath = value !== "" && takes?.[name]?.rule === path;
    return [name, isPath ? absolutePath(name, value, cwd) : value] as const;
  });
  return Object.fromEntries(entries);
}

/** Parameters of another project's workflow that the launcher itself reads. */
const { project_root, raw_root } = runParameters;
const PATHS_OF_LAUNCHER: Readonly<Record<string, Parameter>> = { project_root, raw_root };

/** Whether a workflow works on a dump month, so that its sessions belong to one. Others have one line of sessions per lake. */
export function worksOnMonth(workflow: Workflow): boolean {
  return isOwnWorkflow(workflow) && takesParameter(workflow, "dump_month");
}

/**
 * Whether a workflow works on the runs of a lake. Those that read dumps may be the first to write to one, and run_sql_to_csv.dig
 * does without one on Trino.
 */
export function worksOnRuns(workflow: Workflow): boolean {
  return isOwnWorkflow(workflow) && !["raw_root", "sql_file"].some((name) => takesParameter(workflow, name));
}

/** Whether a session makes or continues a run, so that the run is resumed or discarded with it. Others only use runs. */
export function ownsRun({ workflow: name, project, run_id }: Owner): boolean {
  const workflow = { name, project };
  return isOwnWorkflow(workflow) ? worksOnMonth(workflow) : run_id !== undefined;
}

/** What a session's record says about its workflow and run. */
interface Owner {
  workflow: string;
  project: string;
  run_id?: string | undefined;
}

/**
 * Finds the file of a workflow: by path, in the working directory, or in the project's own workflow folders. The ExpectedError
 * names the places searched.
 */
export function findWorkflow(given: string, cwd: string, project?: string): Workflow {
  const file = given.endsWith(".dig") ? given : `${given}.dig`;
  const folders = project === undefined ? [cwd, ...workflowFolders] : [project];
  const found = folders.map((folder) => resolve(folder, file)).find(isFile);
  if (found === undefined) {
    const names = folders.flatMap(workflowFiles).map((name) => basename(name, ".dig"));
    // Another suffix, such as .dgi, is a mistyped .dig.
    const near = nearest(given.replace(/\.\w{1,4}$/, ""), names);
    const meant = near === undefined ? "" : `, did you mean ${near}.dig?`;
    throw new ExpectedError(`there is no workflow ${file} in ${folders.join(", ")}${meant}`);
  }
  return { name: basename(found, ".dig"), project: dirname(found) };
}

/** Whether a directory has workflows. */
export function hasWorkflows(directory: string): boolean {
  return workflowFiles(directory).length > 0;
}

function workflowFiles(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith(".dig")) : [];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
