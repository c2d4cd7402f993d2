import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this file is part of. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The Maven project of the engine. */
export const engineSources = join(projectRoot, "bin", "digdag-engine");

/** Folders whose workflows are found by name from anywhere. */
export const workflowFolders = [join(projectRoot, "digdag"), join(projectRoot, "history")];
