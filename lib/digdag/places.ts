import { join, relative } from "node:path";
import { projectRoot } from "../files/project_root.ts";

/** The engine's sources and its list of jars. */
export const engineSources = join(projectRoot, "bin", "digdag-engine");

/** Folders whose workflows can be named from anywhere. */
export const workflowFolders = [join(projectRoot, "digdag"), join(projectRoot, "history")];

/** The path of a project file for a command in a directory: relative within the project, else absolute. */
export function inProject(path: string, cwd: string): string {
  const absolute = join(projectRoot, path);
  const near = relative(cwd, absolute);
  return near.startsWith("..") ? absolute : near;
}
