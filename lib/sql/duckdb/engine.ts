import { StatementType } from "@duckdb/node-api";
import { ExpectedError } from "../../cli/errors.ts";
import {
  CATALOG,
  type ExternalTable,
  type QueryResult,
  type SchemaObject,
  type SqlEngine,
} from "../engine.ts";
import { requireIdentifier, requireLocation } from "../identifiers.ts";
import { requireReading } from "../reading.ts";
import { scriptBy } from "../run_script.ts";
import { type SqlSource, sqlError } from "../sql_error.ts";
import { writeRows } from "./append.ts";
import { type Catalog, type SchemaEntry, type TableEntry, type ViewEntry, withDrafts } from "./catalog.ts";
import type { DuckDbSession } from "./session.ts";
import { missingMessage, qualified, stateOf, tableSelect } from "./table_sql.ts";
import { toQueryResult } from "./values.ts";

export interface DuckDbEngineParts {
  session: DuckDbSession;
  /** Where definitions are kept. A schema comes into the session when a statement names it. */
  catalog: Catalog;
  /** Absolute directory of a table's location. */
  locate(location: string): string;
}

/** The engine interface on a fenced DuckDB session and a catalog. Closing the engine closes the session. */
export function duckDbEngine({ session, catalog: written, locate }: DuckDbEngineParts): SqlEngine {
  const catalog = withDrafts(written);
  const loaded = new Set<string>();

  async function define(schema: string, object: TableEntry | ViewEntry): Promise<void> {
    if (object.kind === "view") {
      await loadNamed(object.sql);
      await requireSelect(session, object.sql);
    }
    const select = object.kind === "view" ? object.sql : tableSelect(schema, object, locate(object.location));
    await session.run(`CREATE OR REPLACE VIEW ${qualified(schema, object.name)} AS ${select}`);
  }

  async function load(schema: string): Promise<SchemaEntry | undefined> {
    const entry = await catalog.read(schema);
    if (entry === undefined || loaded.has(schema)) return entry;
    loaded.add(schema);
    await session.run(`CREATE SCHEMA IF NOT EXISTS ${CATALOG}.${schema}`);
    for (const object of entry.objects) await define(schema, object);
    return entry;
  }

  async function loadNamed(sql: string): Promise<void> {
    for (const schema of await catalog.schemas()) {
      if (!loaded.has(schema) && sql.includes(schema)) await load(schema);
    }
  }

  async function entryOf(schema: string): Promise<SchemaEntry> {
    const entry = await load(requireIdentifier("schema", schema));
    if (entry !== undefined) return entry;
    throw new ExpectedError(`there is no schema ${CATALOG}.${schema}`);
  }

  async function put(schema: string, object: TableEntry | ViewEntry): Promise<void> {
    const entry = await entryOf(schema);
    await define(schema, object);
    await catalog.write({ ...entry, objects: withObject(entry.objects, object) });
  }

  async function query(sql: string, source?: SqlSource): Promise<QueryResult> {
    await loadNamed(sql);
    await requireSelect(session, sql, source);
    return toQueryResult(await session.run(sql, source));
  }

  return {
    name: "duckdb",
    resolvesActive: true,
    query,
    script: scriptBy(query),
    async atOnce(schema, steps) {
      try {
        return await catalog.inOneWrite(steps);
      } catch (error) {
        // The session has some of the changes: it is to take what is written when the schema is named next.
        loaded.delete(schema);
        throw error;
      }
    },
    async createSchema(schema) {
      if ((await load(requireIdentifier("schema", schema))) !== undefined) return;
      await catalog.write({ version: 1, schema, objects: [] });
      await load(schema);
    },
    async externalTable(schema, table) {
      const directory = locate(requireLocation(table.location));
      if (stateOf(directory, table.files) === "missing") {
        throw new ExpectedError(missingMessage(schema, table, directory));
      }
      await put(schema, tableEntry(table));
    },
    view: async (schema, name, sql) =>
      put(schema, { kind: "view", name: requireIdentifier("view", name), sql }),
    async drop(schema, { name, kind }) {
      const entry = await entryOf(schema);
      requireIdentifier(kind, name);
      const objects = entry.objects.filter((object) => object.name !== name || object.kind !== kind);
      if (objects.length === entry.objects.length) return;
      await session.run(`DROP VIEW IF EXISTS ${qualified(schema, name)}`);
      await catalog.write({ ...entry, objects });
    },
    async appendRows(schema, name, groups) {
      const entry = await entryOf(schema);
      const table = entry.objects.find((object) => object.name === name);
      if (table?.kind !== "table") throw new ExpectedError(`there is no table ${CATALOG}.${schema}.${name}`);
      const rows = groups.flat();
      if (rows.length === 0) return;
      await writeRows(session, locate(table.location), table.columns, rows);
      await define(schema, table);
    },
    schemas: () => catalog.schemas(),
    async objects(schema) {
      const entry = await catalog.read(requireIdentifier("schema", schema));
      return (entry?.objects ?? []).map(({ name, kind }): SchemaObject => ({ name, kind })).sort(byName);
    },
    async locations(schema) {
      const entry = await catalog.read(requireIdentifier("schema", schema));
      const tables = (entry?.objects ?? []).filter((object) => object.kind === "table");
      return new Map(tables.map(({ name, location }) => [name, location]));
    },
    close: () => session.close(),
  };
}

/**
 * Refuses everything but one SELECT: tables, views and rows have methods of their own, and files are never written
 * (EXPLAIN ANALYZE would run a COPY). The first word is looked at before DuckDB sees the text, since even to prepare
 * EXPORT DATABASE makes a directory.
 */
async function requireSelect(session: DuckDbSession, sql: string, source?: SqlSource): Promise<void> {
  const refuse = (error: unknown): never => {
    throw sqlError("duckdb", sql, error, source);
  };
  try {
    requireReading(sql, { showing: true });
  } catch (error) {
    refuse(error);
  }
  const statements = await session.connection.extractStatements(sql).catch(refuse);
  if (statements.count !== 1) {
    throw new ExpectedError(`one statement is expected, but these are ${statements.count}`);
  }
  const statement = await statements.prepare(0).catch(refuse);
  const { statementType } = statement;
  statement.destroySync();
  if (statementType === StatementType.SELECT) return;
  const what = StatementType[statementType] ?? String(statementType);
  refuse(new Error(`only statements that read are run, and this is ${what}`));
}

function tableEntry(table: ExternalTable): TableEntry {
  return {
    kind: "table",
    name: requireIdentifier("table", table.name),
    location: table.location,
    files: table.files,
    columns: table.columns.map(({ name, type }) => ({
      name: requireIdentifier("column", name),
      type: structuredClone(type) as TableEntry["columns"][number]["type"],
    })),
  };
}

/** An object of the same name is replaced in its place, so that views stay behind what they read. */
function withObject(objects: SchemaEntry["objects"], object: TableEntry | ViewEntry): SchemaEntry["objects"] {
  const index = objects.findIndex(({ name }) => name === object.name);
  return index < 0 ? [...objects, object] : objects.with(index, object);
}

const byName = (a: SchemaObject, b: SchemaObject) => (a.name < b.name ? -1 : 1);
