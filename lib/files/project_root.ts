import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this file is part of. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
