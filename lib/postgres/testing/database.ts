import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../../postgres_server/server.ts";

/** A PostgreSQL server of one test file, and a superuser connection. */
export interface TestDatabase {
  url: string;
  password: string;
  /** The directory of its socket. */
  directory: string;
  client: pg.Client;
  /** The rows of a statement, as arrays. */
  rows(sql: string, values?: unknown[]): Promise<unknown[][]>;
  /** Another connection, for a concurrent reader. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** Starts a PostgreSQL server for tests: the one in node_modules, or the system's. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), "pg-"));
  let server: PostgresServer;
  try {
    server = await startPostgres(directory);
  } catch (error) {
    await rm(directory, { recursive: true });
    throw error;
  }
  const clients: pg.Client[] = [];
  const connect = async () => {
    const client = new pg.Client({ connectionString: server.url });
    client.on("error", () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  };
  const client = await connect();
  return {
    url: server.url,
    password: server.password,
    directory: server.directory,
    client,
    connect,
    async rows(text, values = []) {
      return (await client.query<unknown[]>({ text, values, rowMode: "array" })).rows;
    },
    async close() {
      for (const each of clients) await each.end();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}
