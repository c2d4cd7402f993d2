import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { workflowFolders } from "./places.ts";

/** A workflow file. */
export interface Workflow {
  /** Without `.dig`. */
  name: string;
  /** Directory of the file: Digdag's project directory. */
  project: string;
}

/**
 * Workflows that work on a dump month, so that a session of them belongs to one. What is not named here has one line
 * of sessions for each lake.
 */
const MONTHLY = new Set([
  "main",
  "preflight",
  "ingest",
  "ingest_releases",
  "ingest_other_dumps",
  "build",
  "build_from_artists",
  "build_from_releases",
  "download",
  "tests_parquet_run",
  "tests_xml_dev",
]);

export function takesDumpMonth(workflow: Workflow): boolean {
  return MONTHLY.has(workflow.name) && workflowFolders.includes(workflow.project);
}

/**
 * The file of a workflow: as a path, else in the working directory, then in the project's own workflow folders.
 * ExpectedError that names the places when it is in none.
 */
export function findWorkflow(given: string, cwd: string, project?: string): Workflow {
  const file = given.endsWith(".dig") ? given : `${given}.dig`;
  const folders = project === undefined ? [cwd, ...workflowFolders] : [project];
  const found = folders.map((folder) => resolve(folder, file)).find(isFile);
  if (found === undefined) {
    throw new ExpectedError(`there is no workflow ${file} in ${folders.join(", ")}`);
  }
  return { name: basename(found, ".dig"), project: dirname(found) };
}

/** Whether workflows are in a directory. */
export function hasWorkflows(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).some((name) => name.endsWith(".dig"));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
