import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResultReader,
  quotedString,
} from "@duckdb/node-api";
import { ExpectedError } from "../../cli/errors.ts";
import type { TemporaryDirectory } from "../../files/temporary_directory.ts";
import { CATALOG, type QueryResult } from "../engine.ts";
import { MEMORY_SIZE } from "../memory_size.ts";
import type { SqlSource } from "../sql_error.ts";
import { duckDbError } from "./duckdb_error.ts";
import { streamRows } from "./stream.ts";

/** How often statements are interrupted, in milliseconds: DuckDB forgets an interruption when a statement begins. */
const INTERRUPT_MS = 100;

/** Limits on memory and threads of a DuckDB session. */
export interface SessionLimits {
  /** Number of threads; DuckDB's default is one per core. */
  threads?: number | undefined;
  /** E.g. `2GB`; more spills to the temporary directory. DuckDB's default is 80 % of the memory. */
  memoryLimit?: string | undefined;
}

/** How a session is ended early. */
export interface SessionEnd {
  /** Ends the running statements when it is aborted, and refuses later ones. */
  signal?: AbortSignal | undefined;
}

/** How a DuckDB session is opened. */
export interface SessionOptions extends SessionLimits, SessionEnd {
  /** Directories below which files may be read and written; the rest of the file system is inaccessible. */
  directories: readonly string[];
  /** Where sorts and joins spill to; created when needed and removed with the session. */
  temporary: TemporaryDirectory;
}

/** A restricted in-memory DuckDB with an empty catalog `hive`. Runs any statement: for use in lib/ only. */
export interface DuckDbSession {
  connection: DuckDBConnection;
  /** Runs one statement and reads its whole result. Throws ExpectedError with the beginning of the statement. */
  run(sql: string, source?: SqlSource): Promise<DuckDBResultReader>;
  /** Runs one reading statement and yields its rows as they arrive: see {@link streamRows}. */
  stream(sql: string, source?: SqlSource): AsyncGenerator<QueryResult>;
  close(): Promise<void>;
}

/**
 * Opens DuckDB in memory, attaches `hive`, and restricts it: no files outside of `directories`, no network, no extensions, and
 * no more changes of settings. The temporary directory is released if that fails.
 */
export async function openSession(options: SessionOptions): Promise<DuckDbSession> {
  try {
    return await restrictedSession(options);
  } catch (error) {
    await options.temporary.remove();
    throw error;
  }
}

async function restrictedSession(options: SessionOptions): Promise<DuckDbSession> {
  const directories = [...options.directories, options.temporary.path].map(requirePlainPath);
  const instance = await DuckDBInstance.create(":memory:", config(options));
  const connection = await instance.connect();
  const running = endedBy(options.signal);
  running.add(connection);
  const failure = (sql: string, error: unknown, source?: SqlSource) =>
    options.signal?.aborted ? options.signal.reason : duckDbError(sql, error, source);
  const run = async (sql: string, source?: SqlSource) => {
    options.signal?.throwIfAborted();
    try {
      return await connection.runAndReadAll(sql);
    } catch (error) {
      throw failure(sql, error, source);
    }
  };
  const stream = async function* (sql: string, source?: SqlSource) {
    options.signal?.throwIfAborted();
    const own = await instance.connect();
    running.add(own);
    try {
      yield* streamRows(own, sql, options.signal);
    } catch (error) {
      throw failure(sql, error, source);
    } finally {
      running.remove(own);
    }
  };
  const end = () => {
    running.remove(connection);
    connection.closeSync();
    instance.closeSync();
  };
  const close = async () => {
    end();
    await options.temporary.remove();
  };
  try {
    await run(`ATTACH ':memory:' AS ${CATALOG}`);
    // DuckDB counts the rows of a statement for those who ask (statement_progress.ts), and prints nothing.
    await run("SET enable_progress_bar_print = false");
    await run("SET enable_progress_bar = true");
    await run("SET GLOBAL TimeZone = 'UTC'");
    await run(`SET allowed_directories = [${directories.map(quotedString).join(", ")}]`);
    await run("SET enable_external_access = false");
    await run("SET lock_configuration = true");
  } catch (error) {
    end();
    throw error;
  }
  return { connection, run, stream, close };
}

/** Connections whose statements are interrupted from the time when the signal is aborted. */
function endedBy(signal: AbortSignal | undefined) {
  const connections = new Set<DuckDBConnection>();
  let timer: NodeJS.Timeout | undefined;
  const interruptAll = () => {
    for (const each of connections) each.interrupt();
  };
  const begin = () => {
    interruptAll();
    timer = setInterval(interruptAll, INTERRUPT_MS);
  };
  signal?.addEventListener("abort", begin);
  return {
    add: (connection: DuckDBConnection) => void connections.add(connection),
    remove(connection: DuckDBConnection) {
      connections.delete(connection);
      if (connections.size > 0) return;
      signal?.removeEventListener("abort", begin);
      clearInterval(timer);
    },
  };
}

function config(options: SessionOptions): Record<string, string> {
  return {
    temp_directory: options.temporary.path,
    // The cache may return the footer of a file replaced in the same second by one of the same size.
    enable_external_file_cache: "false",
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.memoryLimit === undefined ? {} : { memory_limit: requireMemory(options.memoryLimit) }),
  };
}

function requireMemory(text: string): string {
  if (MEMORY_SIZE.pattern.test(text)) return text;
  throw new ExpectedError(`the memory limit "${text}" is not ${MEMORY_SIZE.name}`);
}

/**
 * DuckDB reads `*`, `?` and `[` in file names as patterns, and a backslash there as the end of a directory's name, so a
 * directory must not have them in its name.
 * @throws ExpectedError if it does
 */
export function requirePlainPath(path: string): string {
  if (!/[*?[\]\\]/.test(path)) return path;
  throw new ExpectedError(`${path}: DuckDB can't read below a directory with *, ?, [, ] or \\ in its name`);
}
