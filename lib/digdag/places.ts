import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this file is part of. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Maven project of the engine. */
export const engineSources = join(projectRoot, "bin", "digdag-engine");

/** Folders whose workflows are found by name from anywhere. */
export const workflowFolders = [join(projectRoot, "digdag"), join(projectRoot, "history")];

/** Where things that can be made again are kept, outside of checkout and lake: `$XDG_CACHE_HOME` or `~/.cache`. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "discogs-data-lake");
}
