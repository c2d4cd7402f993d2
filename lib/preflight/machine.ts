import { rm } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, ExpectedError, oneLine } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";
import { makeDirectory } from "../files/files.ts";
import { withTemporaryFile } from "../files/temporary_file.ts";
import { requirePlainPath } from "../sql/duckdb/session.ts";

const OLDEST_NODE = 20;

/** ExpectedError when the lake's directory can't be created or written, or DuckDB can't read files in it. */
export async function checkLake(lake: string): Promise<void> {
  requirePlainPath(lake);
  try {
    await makeDirectory(lake);
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
