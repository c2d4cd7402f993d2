import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ExpectedError, hasCode } from "../../cli/errors.ts";
import { isParquetFile } from "../../files/paths.ts";
import { rowsInFooter } from "../../parquet/verify_part.ts";
import { CATALOG, type ExternalTable } from "../engine.ts";

/**
 * The directory of a table in the lake as seen by this process; undefined if the lake is not a directory here, as with an object
 * store. Refuses what Trino mishandles: a missing directory (it would create an empty one, even in place of `active`), a link to
 * a file, and a file of another kind among Parquet files (it would read it).
 */
export function requireTableFiles(lake: string, schema: string, table: ExternalTable): string | undefined {
  if (!existsSync(lake)) return undefined;
  const directory = join(lake, table.location);
  const name = `${CATALOG}.${schema}.${table.name}`;
  for (const entry of entriesOf(directory, name)) {
    const path = join(directory, entry.name);
    if (/^[_.]/.test(entry.name)) continue;
    if (entry.isSymbolicLink()) throw new ExpectedError(`${name}: Trino can't read ${path}, which is a link`);
    if (table.files === "parquet" && entry.isFile() && !entry.name.endsWith(".parquet")) {
      throw new ExpectedError(
        `${name}: Trino would read ${path} as data: move it away, or prefix its name with _`,
      );
    }
  }
  return directory;
}

function entriesOf(directory: string, name: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
    throw new ExpectedError(`${name}: its directory ${directory} is missing`, { cause: error });
  }
}

/** Whether any Parquet file of a directory has rows, by the files' footers. */
export async function haveRows(directory: string): Promise<boolean> {
  for (const name of readdirSync(directory).sort()) {
    if (isParquetFile(name) && (await rowsInFooter(join(directory, name))) > 0) return true;
  }
  return false;
}
