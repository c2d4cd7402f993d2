import { ExpectedError, oneLine } from "../cli/errors.ts";
import { inWritable } from "../files/writable.ts";
import { requirePlainPath } from "../sql/duckdb/session.ts";

const OLDEST_NODE = 20;

/**
 * Calls `begin` with a lake that exists and can be written. If that is refused, removes the directories that were created for it.
 * @throws ExpectedError when the lake's directory can't be created or written, or DuckDB can't read files in it
 */
export async function inLake<T>(lake: string, begin: () => Promise<T>): Promise<T> {
  requirePlainPath(lake);
  return inWritable("the lake", lake, begin);
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
