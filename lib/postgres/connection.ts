import pg from "pg";
import { isCertificateError, withTrustAdvice } from "../cli/certificate.ts";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";

/** A connection, and its name in messages: host and database, never a password. */
export interface Connection {
  client: pg.Client;
  where: string;
}

const CONNECT_TIMEOUT_MS = 30_000;
const NO_PASSWORD =
  "the server asks for a password: set PGPASSWORD, or add it to ~/.pgpass or DISCOGS_POSTGRES_URL";
const LOST_CLIENT_MS = 2000;
const INVALID_PARAMETER_VALUE = "22023";
/** The first version with `UNIQUE NULLS NOT DISTINCT`, which keys with NULLs need. */
const OLDEST = 15;

/**
 * Connects to a `postgres://` URL; missing parts come from libpq's variables (PGPASSWORD, PGHOST, ...) and `~/.pgpass`. Timeouts
 * set for the role are disabled.
 * @throws ExpectedError when the server can't be reached, refuses the user, or is older than 15
 */
export async function connectPostgres(url: string): Promise<Connection> {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new ExpectedError("--url is not a URL like postgres://user@host:5432/database");
  }
  const client = createClient(url);
  const where = `${client.host}:${client.port}/${client.database ?? ""}`;
  // A lost connection fails the running statement, which is enough.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await prepareSession({ client, where });
  } catch (error) {
    await client.end().catch(() => undefined);
    throw postgresError(error, where);
  }
  return { client, where };
}

/** The connection was lost before the server answered the COMMIT of a change of a schema. */
export class UnansweredCommitError extends ExpectedError {}

/**
 * Runs work in one transaction, which a failure undoes. The failure is thrown even if the connection is lost.
 * @param changed the readers' schema, if the transaction changes it
 * @throws UnansweredCommitError if nobody knows whether it was changed
 */
export async function inTransaction<T>(
  client: pg.Client,
  work: () => Promise<T>,
  changed?: string,
): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT").catch((error: unknown) => {
      if (changed === undefined || error instanceof pg.DatabaseError) throw error;
      throw new UnansweredCommitError(
        `the connection was lost before the COMMIT was answered, so schema ${changed} may be changed or not, ` +
          "which its comment tells: repeat the command",
        { cause: error },
      );
    });
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function createClient(url: string, limits: pg.ClientConfig = {}): pg.Client {
  try {
    return new pg.Client({
      connectionString: verifying(url),
      fallback_application_name: "discogs-data-lake",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      ...limits,
    });
  } catch (error) {
    if (hasCode(error, "ENOENT"))
      throw new ExpectedError(`a file that --url names is not there: ${oneLine(error)}`, { cause: error });
    if (systemFailure(error) !== undefined) throw error;
    // The original message contains the URL, and thus the password.
    throw new ExpectedError("--url is not a valid URL: special characters in it must be written as %XX", {
      cause: error,
    });
  }
}

/**
 * The URL with `sslmode=verify-full` for the modes that the driver takes for it, and of which it warns: until it has libpq's, which
 * do not verify the server's certificate or its host.
 */
function verifying(url: string): string {
  if (/[?&]uselibpqcompat=true\b/.test(url)) return url;
  return url.replace(/(?<=[?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, "verify-full");
}

async function prepareSession({ client, where }: Connection): Promise<void> {
  const { rows } = await client.query("SHOW server_version_num");
  const version = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  if (version < OLDEST) {
    throw new ExpectedError(`${where} is PostgreSQL ${version}, but ${OLDEST} or newer is required`);
  }
  await client.query(
    "SET client_min_messages = warning; SET statement_timeout = 0; SET lock_timeout = 0; " +
      "SET idle_in_transaction_session_timeout = 0",
  );
  await noticeLostClients(client);
}

/** Lets the server stop the statements of a killed client and release its lock. Not every system supports it. */
async function noticeLostClients(client: pg.Client): Promise<void> {
  try {
    await client.query(`SET client_connection_check_interval = ${LOST_CLIENT_MS}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === INVALID_PARAMETER_VALUE)) throw error;
  }
}

/** A question to the server. */
interface Question {
  sql: string;
  values: unknown[];
  timeoutMs: number;
}

/** The answer to a question over a connection of its own, while another connection's statement is running. */
export async function askAside(
  url: string,
  { sql, values, timeoutMs }: Question,
): Promise<Record<string, unknown>[]> {
  const client = createClient(url, { connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Asks the server to cancel the connection's running statement. */
export async function cancelStatement({ client }: Connection, url: string, timeoutMs: number): Promise<void> {
  await askAside(url, { sql: "SELECT pg_cancel_backend($1)", values: [backendOf(client)], timeoutMs });
}

/** The server's process id of a connection, which the driver's types do not declare. */
export function backendOf(client: pg.Client): unknown {
  return Reflect.get(client, "processID");
}

/** Turns an error of the server or the connection into one line. Anything else is a defect and stays unchanged. */
export function postgresError(error: unknown, where: string): unknown {
  if (error instanceof ExpectedError) return error;
  if (error instanceof pg.DatabaseError) {
    const extras = [error.detail, error.hint].filter((extra) => extra !== undefined && extra !== "");
    const place = error.table === undefined ? "" : ` (${error.schema ?? ""}.${error.table})`;
    const text = [error.message, ...extras].map(oneLine).join("; ");
    return new ExpectedError(`PostgreSQL at ${where}: ${text}${place} [${error.code ?? "no code"}]`, {
      cause: error,
    });
  }
  // One error per address of the host.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  if (!(first instanceof Error) || !isConnectionError(first)) return error;
  const text = first.message.includes("password must be")
    ? NO_PASSWORD
    : withTrustAdvice(oneLine(first), first);
  return new ExpectedError(`PostgreSQL at ${where}: ${text}`, { cause: error });
}

/** The driver's own errors about connections and passwords have no code. */
function isConnectionError(error: Error): boolean {
  if ("syscall" in error || isCertificateError(error)) return true;
  return /connection|timeout|password|SASL|SSL|terminated/i.test(error.message);
}
