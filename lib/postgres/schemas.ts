import pg from "pg";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { allTables } from "../datasets/index.ts";
import { readSql } from "../sql/sql_files.ts";
import { type Connection, inTransaction } from "./connection.ts";
import { qualified } from "./statements.ts";

/** The schema that readers use, and the staging schema of a load. */
export interface Schemas {
  target: string;
  staging: string;
}

/** Prefix of the comment on every schema this project creates: no other schema is ever dropped. */
const MARK = "discogs-data-lake";
const LONGEST_NAME = 50;

/** The names for a schema. ExpectedError for anything but a plain name. */
export function schemasOf(target: string): Schemas {
  const isPlain = /^[a-z_][a-z0-9_]*$/.test(target) && !/^pg_|^information_schema$/.test(target);
  if (!isPlain || target.length > LONGEST_NAME) {
    throw new ExpectedError(
      `--schema is ${JSON.stringify(target)}, but must be at most ${LONGEST_NAME} lower-case letters, digits and _, ` +
        "not beginning with a digit or pg_",
    );
  }
  return { target, staging: `${target}__loading` };
}

/**
 * Runs `fn` while this session is the only one loading into the schema, under an advisory lock of the server that ends with the
 * session. The ExpectedError names the other session.
 */
export async function withLoadLock<T>(
  { client, where }: Connection,
  schema: string,
  fn: () => Promise<T>,
): Promise<T> {
  const lock = `${MARK} load ${schema}`;
  const { rows } = await client.query("SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS ok", [lock]);
  if (rows[0]?.ok === true) return fn();
  const [holder] = (await client.query(readSql("postgres/lock_holder.sql"), [lock])).rows;
  const who = holder === undefined ? "" : ` (server process ${holder.pid})`;
  throw new ExpectedError(
    `schema ${schema} at ${where} is being loaded by another process${who}: wait for it`,
  );
}

/**
 * Refuses a schema that a load must not or can't replace: one created by others, also by a load of another role, with tables of
 * others, or with tables that views or foreign keys elsewhere depend on.
 */
export async function requireReplaceable({ client }: Connection, { target, staging }: Schemas) {
  for (const schema of [target, staging]) {
    const comment = await commentOf(client, schema);
    if (comment === undefined) continue;
    if (!comment.startsWith(MARK)) {
      throw new ExpectedError(
        `schema ${schema} was not created by this script, so it is not replaced: choose another --schema, or rename it`,
      );
    }
    await requireOwned(client, schema);
  }
  const own = allTables.map(({ table }) => table);
  const foreign = await client.query(readSql("postgres/foreign_relations.sql"), [target, own]);
  const [relation] = foreign.rows;
  if (relation !== undefined) {
    throw new ExpectedError(
      `${target}.${relation.name} is not a dataset, and a load replaces the whole schema: move it to another schema`,
    );
  }
  const [dependant] = (await client.query(readSql("postgres/dependants.sql"), [target])).rows;
  if (dependant === undefined) return;
  throw new ExpectedError(
    `${dependant.schema}.${dependant.name} depends on a table of schema ${target}, which a load replaces: drop it and ` +
      "recreate it afterwards",
  );
}

/** Only the owner of a schema can replace it: the server tells another role so, but only after all rows are loaded. */
async function requireOwned(client: pg.Client, schema: string): Promise<void> {
  const sql =
    "SELECT pg_get_userbyid(nspowner) AS owner, current_user AS role, pg_has_role(nspowner, 'USAGE') AS is_owned " +
    "FROM pg_namespace WHERE nspname = $1";
  const [row] = (await client.query(sql, [schema])).rows;
  if (row === undefined || row.is_owned) return;
  throw new ExpectedError(
    `schema ${schema} belongs to role ${row.owner}, so role ${row.role} can't replace it: load as ${row.owner}, or choose ` +
      "another --schema",
  );
}

/** The comment of a schema, empty if it has none; undefined if there is no such schema. */
async function commentOf(client: pg.Client, schema: string): Promise<string | undefined> {
  const sql = "SELECT obj_description(oid, 'pg_namespace') AS comment FROM pg_namespace WHERE nspname = $1";
  const [row] = (await client.query(sql, [schema])).rows;
  return row === undefined ? undefined : (row.comment ?? "");
}

/** Creates an empty staging schema, replacing what a killed load left. */
export async function createStaging(
  connection: Connection,
  { staging }: Schemas,
  log: Logger,
): Promise<void> {
  if ((await commentOf(connection.client, staging)) !== undefined) {
    log.info(`removing schema ${staging}, left by a killed load`);
    await dropStaging(connection, { staging });
  }
  const name = pg.escapeIdentifier(staging);
  await runTogether(connection.client, [
    `CREATE SCHEMA ${name}`,
    `COMMENT ON SCHEMA ${name} IS ${pg.escapeLiteral(commentText("loading"))}`,
  ]);
}

/** Drops the staging schema with its tables, and nothing else. */
export async function dropStaging(
  { client }: Connection,
  { staging }: Pick<Schemas, "staging">,
): Promise<void> {
  await runTogether(client, dropStatements(staging, await tablesOf(client, staging)));
}

/** The comment that marks a schema as this project's. */
export const commentText = (about: string): string => `${MARK}, ${about}`;

/** What the comment of a schema says that holds a run. */
export const aboutRun = (runId: string): string => `run ${runId}, loaded ${new Date().toISOString()}`;

/** The run that a schema holds, by its comment; undefined for a schema that holds none, or that others made. */
export async function runIn({ client }: Connection, { target }: Schemas): Promise<string | undefined> {
  const comment = (await commentOf(client, target)) ?? "";
  return new RegExp(`^${MARK}, run (\\S+), loaded `).exec(comment)?.[1];
}

/** The tables of a schema, quoted. */
export async function tablesOf(client: pg.Client, schema: string): Promise<string[]> {
  return (await tableNamesOf(client, schema)).map((name) => qualified(schema, name));
}

/** The names of the tables of a schema. */
export async function tableNamesOf(client: pg.Client, schema: string): Promise<string[]> {
  const sql = "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind = 'r'";
  const { rows } = await client.query(sql, [pg.escapeIdentifier(schema)]);
  return rows.map(({ relname }) => String(relname));
}

/** Drops the tables and the schema; fails if it contains anything else or something depends on it. */
export function dropStatements(schema: string, tables: readonly string[]): string[] {
  const tablesFirst = tables.length === 0 ? [] : [`DROP TABLE ${tables.join(", ")}`];
  return [...tablesFirst, `DROP SCHEMA IF EXISTS ${pg.escapeIdentifier(schema)}`];
}

/** Runs statements in one transaction, or none of them. For `changed`, see {@link inTransaction}. */
export async function runTogether(
  client: pg.Client,
  statements: readonly string[],
  changed?: string,
): Promise<void> {
  const run = async () => {
    for (const statement of statements) await client.query(statement);
  };
  await inTransaction(client, run, changed);
}
