import { readdir } from "node:fs/promises";
import { hasCode } from "../cli/errors.ts";

/**
 * The first name in a directory, in order, that is not that of a file which may be replaced with the directory; undefined if
 * there is none, or no directory. To be asked before a directory is replaced: anything else in it belongs to the user.
 */
export async function foreignEntry(
  dir: string,
  isReplaceable: (name: string) => boolean,
): Promise<string | undefined> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    const foreign = entries.filter((entry) => !entry.isFile() || !isReplaceable(entry.name));
    return foreign.map(({ name }) => name).sort()[0];
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
