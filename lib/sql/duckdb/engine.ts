import { ExpectedError, oneLine } from "../../cli/errors.ts";
import {
  CATALOG,
  type ExternalTable,
  type FileSchema,
  type PlacedObject,
  type SchemaObject,
  type SqlEngine,
} from "../engine.ts";
import { isIdentifier, requireIdentifier, requireLocation } from "../identifiers.ts";
import type { SqlSource } from "../sql_error.ts";
import { writeRows } from "./append.ts";
import { type Catalog, type SchemaEntry, type TableEntry, type ViewEntry, withDrafts } from "./catalog.ts";
import { type ReaderStatement, readerStatement } from "./reader_statement.ts";
import type { DuckDbSession } from "./session.ts";
import { failingRelation, qualified, stateOf, tableSelect, unreadable } from "./table_sql.ts";
import { toQueryResult } from "./values.ts";

/** The parts of the DuckDB engine. */
export interface DuckDbEngineParts {
  session: DuckDbSession;
  /** The stored definitions. A table or view is created in the session when a statement names it. */
  catalog: Catalog;
  /** Absolute directory of a table's location. */
  locate(location: string): string;
}

/** Implements the engine interface with a restricted DuckDB session and a catalog. Closing the engine closes the session. */
export function duckDbEngine({ session, catalog: written, locate }: DuckDbEngineParts): SqlEngine {
  const catalog = withDrafts(written);
  /** Schemas and, by full name, tables and views in the session. */
  const made = new Set<string>();

  async function define(schema: string, object: TableEntry | ViewEntry): Promise<void> {
    if (object.kind === "view") await makeNamed(await readerStatement(session, object.sql));
    const name = qualified(schema, object.name);
    if (object.kind === "view") await session.run(`CREATE OR REPLACE VIEW ${name} AS ${object.sql}`);
    else await defineTable(schema, object);
    made.add(name);
  }

  async function defineTable(schema: string, table: TableEntry): Promise<void> {
    const select = tableSelect(schema, table, locate(table.location));
    try {
      await session.run(`CREATE OR REPLACE VIEW ${qualified(schema, table.name)} AS ${select}`);
    } catch (error) {
      throw unreadable(`${CATALOG}.${schema}.${table.name}`, error);
    }
  }

  /** The schema's entry, if the schema is in the session. */
  async function load(schema: string): Promise<SchemaEntry | undefined> {
    const entry = await catalog.read(schema);
    if (entry === undefined || made.has(schema)) return entry;
    await session.run(`CREATE SCHEMA IF NOT EXISTS ${CATALOG}.${schema}`);
    made.add(schema);
    return entry;
  }

  /** Creates only the tables and views that a statement names, so that problems of others do not affect it. */
  async function makeNamed({ sql, tables, lists }: ReaderStatement): Promise<void> {
    for (const { catalog: place, schema, name } of tables) {
      if (place !== CATALOG || !isIdentifier(schema)) continue;
      const object = (await load(schema))?.objects.find((known) => known.name === name);
      if (object !== undefined && !made.has(qualified(schema, name))) await define(schema, object);
    }
    if (lists) await makeAll(sql);
  }

  /** For a statement that lists tables: creates those of the schemas in its text, or of all schemas. */
  async function makeAll(sql: string): Promise<void> {
    const schemas = await catalog.schemas();
    const named = schemas.filter((schema) => sql.includes(schema));
    for (const schema of named.length > 0 ? named : schemas) {
      for (const object of (await load(schema))?.objects ?? []) {
        if (!made.has(qualified(schema, object.name))) await defineToList(schema, object);
      }
    }
  }

  /** An unreadable table is still listed, and only queries of it fail. */
  async function defineToList(schema: string, object: TableEntry | ViewEntry): Promise<void> {
    try {
      await define(schema, object);
    } catch (error) {
      if (!(error instanceof ExpectedError) || object.kind === "view") throw error;
      const select = failingRelation(object.columns, oneLine(error));
      await session.run(`CREATE OR REPLACE VIEW ${qualified(schema, object.name)} AS ${select}`);
      made.add(qualified(schema, object.name));
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

  /** Refuses statements that do more than read, and creates what the statement names. */
  async function ready(sql: string, source?: SqlSource): Promise<string> {
    const statement = await readerStatement(session, sql, source);
    await makeNamed(statement);
    return statement.sql;
  }

  return {
    name: "duckdb",
    resolvesActive: true,
    requireRun: async () => undefined,
    query: async (sql, source) => toQueryResult(await session.run(await ready(sql, source), source)),
    async *stream(sql, source) {
      yield* session.stream(await ready(sql, source), source);
    },
    async atOnce(_, steps) {
      try {
        return await catalog.inOneWrite(steps);
      } catch (error) {
        // The session has some of the changes: make it reload the written state when a schema is named next.
        made.clear();
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
        throw new ExpectedError(`${CATALOG}.${schema}.${table.name}: its directory ${directory} is missing`);
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
      made.delete(qualified(schema, name));
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
    async placedObjects(prefix) {
      const found = new Map<string, PlacedObject[]>();
      for (const schema of await catalog.schemas()) {
        if (!schema.startsWith(prefix)) continue;
        const objects = (await catalog.read(schema))?.objects ?? [];
        found.set(schema, objects.map(placedObject).sort(byName));
      }
      return found;
    },
    close: () => session.close(),
  };
}

/** A schema as a catalog has it. */
export function schemaEntry({ schema, tables, views }: FileSchema): SchemaEntry {
  const viewEntries = views.map(({ name, select }): ViewEntry => ({ kind: "view", name, sql: select }));
  return { version: 1, schema, objects: [...tables.map(tableEntry), ...viewEntries] };
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

/** Replaces an object of the same name in its position, so that views stay after what they read. */
function withObject(objects: SchemaEntry["objects"], object: TableEntry | ViewEntry): SchemaEntry["objects"] {
  const index = objects.findIndex(({ name }) => name === object.name);
  return index < 0 ? [...objects, object] : objects.with(index, object);
}

function placedObject(object: TableEntry | ViewEntry): PlacedObject {
  const { kind, name } = object;
  return { kind, name, location: object.kind === "table" ? object.location : undefined };
}

const byName = (a: SchemaObject, b: SchemaObject) => (a.name < b.name ? -1 : 1);
