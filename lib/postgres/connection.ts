import pg from "pg";
import { ExpectedError, oneLine } from "../cli/errors.ts";

/** A connection, and what it is called in messages: host and database, never a password. */
export interface Connection {
  client: pg.Client;
  where: string;
}

const CONNECT_TIMEOUT_MS = 30_000;
const NO_PASSWORD = "it asks for a password: set PGPASSWORD, or add one to ~/.pgpass or DISCOGS_POSTGRES_URL";
const LOST_CLIENT_MS = 2000;
const INVALID_PARAMETER_VALUE = "22023";
/** PostgreSQL has `UNIQUE NULLS NOT DISTINCT`, which keys with NULL need, since this version. */
const OLDEST = 15;

/**
 * Connects to a `postgres://` URL; what it leaves out is taken from the variables of libpq (PGPASSWORD, PGHOST, ...) and
 * from `~/.pgpass`. No limit of the role ends its long statements.
 * @throws ExpectedError when the server can't be reached, refuses the user, or is older than 15
 */
export async function connectPostgres(url: string): Promise<Connection> {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new ExpectedError("--url is not a URL like postgres://user@host:5432/database");
  }
  const client = createClient(url);
  const where = `${client.host}:${client.port}/${client.database ?? ""}`;
  // A connection that is lost fails the statement that runs; nothing else needs to know.
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

function createClient(url: string): pg.Client {
  try {
    return new pg.Client({
      connectionString: url,
      fallback_application_name: "discogs-data-lake",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
  } catch (error) {
    // The message would have the URL, and with it the password.
    throw new ExpectedError(
      "--url can't be read as a URL: a special character in it must be written as %XX",
      {
        cause: error,
      },
    );
  }
}

async function prepareSession({ client, where }: Connection): Promise<void> {
  const { rows } = await client.query("SHOW server_version_num");
  const version = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  if (version < OLDEST) {
    throw new ExpectedError(`${where} is PostgreSQL ${version}, but ${OLDEST} or newer is needed`);
  }
  await client.query(
    "SET client_min_messages = warning; SET statement_timeout = 0; SET lock_timeout = 0; " +
      "SET idle_in_transaction_session_timeout = 0",
  );
  await noticeLostClients(client);
}

/** Lets the server end what it runs for a process that was killed, and give its lock back. Not every system can. */
async function noticeLostClients(client: pg.Client): Promise<void> {
  try {
    await client.query(`SET client_connection_check_interval = ${LOST_CLIENT_MS}`);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === INVALID_PARAMETER_VALUE)) throw error;
  }
}

/** Asks the server, over a connection of its own, to end what the connection is running. */
export async function cancelStatement({ client }: Connection, url: string): Promise<void> {
  const other = createClient(url);
  other.on("error", () => undefined);
  try {
    await other.connect();
    await other.query("SELECT pg_cancel_backend($1)", [backendOf(client)]);
  } finally {
    await other.end().catch(() => undefined);
  }
}

/** The server's process of a connection, which the driver knows and its types do not. */
function backendOf(client: pg.Client): unknown {
  return Reflect.get(client, "processID");
}

/** An error of the server or of the connection to it, as one line. Anything else, a defect, stays as it is. */
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
  // One for each address of the host.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  if (!(first instanceof Error) || !isConnectionError(first)) return error;
  const text = first.message.includes("password must be") ? NO_PASSWORD : oneLine(first);
  return new ExpectedError(`PostgreSQL at ${where}: ${text}`, { cause: error });
}

/** The driver's own errors of connections and passwords have no code. */
function isConnectionError(error: Error): boolean {
  return "syscall" in error || /connection|timeout|password|SASL|SSL|terminated/i.test(error.message);
}
