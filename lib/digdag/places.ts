import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this file is part of. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The engine's sources and its list of jars. */
export const engineSources = join(projectRoot, "bin", "digdag-engine");

/** Folders whose workflows can be named from anywhere. */
export const workflowFolders = [join(projectRoot, "digdag"), join(projectRoot, "history")];
