import { rm } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, ExpectedError, oneLine } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";
import { makeDirectory } from "../files/files.ts";
import { removeEmpty } from "../files/half_made.ts";
import { withTemporaryFile } from "../files/temporary_file.ts";
import { requirePlainPath } from "../sql/duckdb/session.ts";

const OLDEST_NODE = 20;

/**
 * Calls `begin` with a lake that exists and can be written. If that is refused, removes the directories that were created for it.
 * @throws ExpectedError when the lake's directory can't be created or written, or DuckDB can't read files in it
 */
export async function inLake<T>(lake: string, begin: () => Promise<T>): Promise<T> {
  requirePlainPath(lake);
  const created: string[] = [];
  try {
    await checkWritable(lake, created);
    return await begin();
  } catch (error) {
    removeEmpty(created);
    throw error;
  }
}

async function checkWritable(lake: string, created: string[]): Promise<void> {
  try {
    await makeDirectory(lake, created);
    await withTemporaryFile(join(lake, "preflight"), "", (probe) => rm(probe));
  } catch (error) {
    const { text, exitCode } = systemFailure(error) ?? { text: oneLine(error), exitCode: EXIT.badInput };
    throw new ExpectedError(`the lake ${lake} can't be written: ${text}`, { exitCode, cause: error });
  }
}

/** ExpectedError when Node is too old, or DuckDB's native module does not run on this machine. */
export async function checkTools(): Promise<void> {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    throw new ExpectedError(`Node ${OLDEST_NODE} or newer is needed, but this is ${process.version}`);
  }
  try {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run("SELECT 1");
    connection.closeSync();
  } catch (error) {
    throw new ExpectedError(`DuckDB does not run on this machine: ${oneLine(error)}`, { cause: error });
  }
}
