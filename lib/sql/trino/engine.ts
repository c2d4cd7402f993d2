import { ExpectedError, withCleanup } from "../../cli/errors.ts";
import type { Logger } from "../../cli/log.ts";
import type { Column } from "../../datasets/types.ts";
import { requireFittingRows } from "../appended_rows.ts";
import {
  CATALOG,
  type ExternalTable,
  type PlacedObject,
  type SchemaObject,
  type SqlEngine,
  type SqlValue,
} from "../engine.ts";
import { requireIdentifier, requireLocation } from "../identifiers.ts";
import { pinActive } from "../pin_active.ts";
import { requireOneStatement, requireReading } from "../reading.ts";
import type { SqlSource } from "../sql_error.ts";
import type { TrinoSession } from "./call.ts";
import { faultName, longestQuery } from "./faults.ts";
import { haveRows, requireTableFiles } from "./local_files.ts";
import type { TrinoSettings } from "./settings.ts";
import { runStatement, streamStatement } from "./statement.ts";
import {
  commentedLocation,
  commentOnTable,
  createTable,
  hasLocationInComment,
  inCatalog,
  insertStatements,
  isSameTable,
  quoted,
  shownLocation,
  stringLiteral,
} from "./text.ts";

/** Implements the engine interface on Trino. */
export interface TrinoEngine extends SqlEngine {
  /** Statements sent so far, including retries. */
  statementsSent(): number;
}

/**
 * The engine on the Trino of the settings. Nothing is sent yet. `lake` is the lake's directory as seen by this process; without
 * one (an object store), a table's files are not checked before it is created.
 */
export function trinoEngine(lake: string, settings: TrinoSettings, log: Logger): TrinoEngine {
  const session: TrinoSession = { settings, log, statements: 0 };
  const catalog = quoted("catalog", settings.catalog);
  const columnsOf = new Map<string, Column[]>();
  const pinned = pinActive(lake, objects);
  let locationsProven = false;

  const run = (sql: string, source?: SqlSource) => runStatement(session, sql, { reading: true, source });
  const change = (sql: string) => runStatement(session, sql, { reading: false });
  const schemaPlace = (schema: string) => `${catalog}.${quoted("schema", schema)}`;
  const place = (schema: string, name: string) => `${schemaPlace(schema)}.${quoted("table", name)}`;

  /** The text sent for a reading statement. */
  async function readingText(sql: string): Promise<string> {
    const statement = requireOneStatement(sql);
    requireReading(statement, { showing: true });
    return inCatalog(await pinned(statement), settings.catalog);
  }

  /**
   * Keeps an existing identical table, so that its readers see no gap. Drops a different one only after trying out its
   * replacement.
   */
  async function declare(
    schema: string,
    table: ExternalTable,
    location: string,
    directory: string | undefined,
  ): Promise<void> {
    const name = place(schema, table.name);
    const statement = createTable(name, table, location);
    try {
      await change(statement);
    } catch (error) {
      if (faultName(error) !== "TABLE_ALREADY_EXISTS") throw error;
      const [shown] = (await run(`SHOW CREATE TABLE ${name}`)).rows;
      const text = String(shown?.[0]);
      const isSame = isSameTable(text, statement);
      if (isSame && !hasLocationInComment(text, location)) await change(commentOnTable(name, location));
      if (isSame) return;
      await tryOut(schema, table, location, directory);
      await change(`DROP TABLE ${name}`);
      await change(statement);
    }
  }

  /** Declares a table under a temporary name to test whether it can be created and has the right location. */
  async function tryOut(
    schema: string,
    table: ExternalTable,
    location: string,
    directory: string | undefined,
  ): Promise<void> {
    const trial = { ...table, name: `${table.name}_trial` };
    const name = place(schema, trial.name);
    await change(`DROP TABLE IF EXISTS ${name}`);
    await change(createTable(name, table, location));
    await withCleanup(
      () => proveLocation(schema, trial, directory),
      async () => void (await change(`DROP TABLE ${name}`)),
    );
  }

  /** Checks once per session that Trino finds rows where the files here have some: at a wrong location it finds none. */
  async function proveLocation(
    schema: string,
    table: ExternalTable,
    directory: string | undefined,
  ): Promise<void> {
    if (locationsProven || directory === undefined || !(await haveRows(directory))) return;
    const { rows } = await run(`SELECT 1 FROM ${place(schema, table.name)} LIMIT 1`);
    if (rows.length === 0) throw new ExpectedError(wrongLocation(directory, settings));
    locationsProven = true;
  }

  /** Uses one INSERT, unless the server refuses its length: it then reports its limit and has run nothing. */
  async function insert(name: string, groups: readonly SqlValue[][][]): Promise<void> {
    const [whole] = insertStatements(name, groups, Number.POSITIVE_INFINITY);
    if (whole === undefined) return;
    try {
      await change(whole);
    } catch (error) {
      const longest = longestQuery(error);
      if (longest === undefined) throw error;
      const parts = insertStatements(name, groups, longest);
      log.info(
        `${name}: using ${parts.length} INSERTs, because this Trino accepts ${longest} characters per query`,
      );
      for (const part of parts) await change(part);
    }
  }

  async function objects(schema: string): Promise<SchemaObject[]> {
    const { rows } = await run(
      `SELECT table_name, table_type FROM ${catalog}.information_schema.tables ` +
        `WHERE table_schema = ${stringLiteral(requireIdentifier("schema", schema))} ORDER BY table_name`,
    );
    return rows.map(([name, type]): SchemaObject => {
      return { name: String(name), kind: type === "VIEW" ? "view" : "table" };
    });
  }

  async function locationOf(schema: string, table: string): Promise<string> {
    const [shown] = (await run(`SHOW CREATE TABLE ${place(schema, table)}`)).rows;
    return shownLocation(String(shown?.[0]), settings.lakeUrl);
  }

  async function placedObjects(prefix: string): Promise<Map<string, PlacedObject[]>> {
    const begins = (column: string) =>
      `starts_with(${column}, ${stringLiteral(requireIdentifier("schema", prefix))})`;
    const tables = await run(
      `SELECT table_schema, table_name, table_type FROM ${catalog}.information_schema.tables ` +
        `WHERE ${begins("table_schema")} ORDER BY table_schema, table_name`,
    );
    const comments = await run(
      "SELECT schema_name, table_name, comment FROM system.metadata.table_comments " +
        `WHERE catalog_name = ${stringLiteral(settings.catalog)} AND ${begins("schema_name")}`,
    );
    const locations = new Map(
      comments.rows.map(([schema, name, comment]) => [
        `${schema}.${name}`,
        commentedLocation(String(comment ?? ""), settings.lakeUrl),
      ]),
    );
    const found = new Map<string, PlacedObject[]>();
    for (const [schema, name, type] of tables.rows.map((row) => row.map(String))) {
      if (schema === undefined || name === undefined) continue;
      const kind = type === "VIEW" ? "view" : "table";
      const object: PlacedObject = { name, kind, location: locations.get(`${schema}.${name}`) };
      found.set(schema, [...(found.get(schema) ?? []), object]);
    }
    return found;
  }

  async function columns(schema: string, table: string): Promise<Column[]> {
    const key = `${requireIdentifier("schema", schema)}.${requireIdentifier("table", table)}`;
    const known = columnsOf.get(key);
    if (known !== undefined) return known;
    const { rows } = await run(
      `SELECT column_name, data_type FROM ${catalog}.information_schema.columns ` +
        `WHERE table_schema = '${schema}' AND table_name = '${table}' ORDER BY ordinal_position`,
    );
    if (rows.length === 0) throw new ExpectedError(`there is no table ${CATALOG}.${key}`);
    const found = rows.map(([name, type]) => scalarColumn(key, String(name), String(type)));
    columnsOf.set(key, found);
    return found;
  }

  return {
    name: "trino",
    resolvesActive: false,
    async requireRun(runId, dir) {
      if (settings.store === undefined) return;
      // The package of AWS is loaded only where it is needed.
      const { requireInStore } = await import("../../publish/follow_active.ts");
      await requireInStore(settings.lakeUrl, { runId, dir }, settings.store, log);
    },
    query: async (sql, source) => run(await readingText(sql), source),
    async *stream(sql, source) {
      yield* streamStatement(session, await readingText(sql), source);
    },
    atOnce: (_, steps) => steps(),
    async createSchema(schema) {
      await change(`CREATE SCHEMA IF NOT EXISTS ${schemaPlace(schema)}`);
    },
    async externalTable(schema, table) {
      refuseThroughLink(schema, table);
      const location = `${settings.lakeUrl}${requireLocation(table.location)}`;
      requireIdentifier("schema", schema);
      const directory = requireTableFiles(lake, schema, table);
      await declare(schema, table, location, directory);
      columnsOf.delete(`${schema}.${table.name}`);
      await proveLocation(schema, table, directory);
    },
    async view(schema, name, select) {
      const statement = requireOneStatement(select);
      requireReading(statement, { showing: false });
      const text = inCatalog(statement, settings.catalog);
      await change(`CREATE OR REPLACE VIEW ${place(schema, name)} AS\n${text}`);
    },
    async drop(schema, { kind, name }) {
      await change(`DROP ${kind === "view" ? "VIEW" : "TABLE"} IF EXISTS ${place(schema, name)}`);
      columnsOf.delete(`${schema}.${name}`);
    },
    async appendRows(schema, table, groups) {
      requireFittingRows(await columns(schema, table), groups.flat());
      await insert(place(schema, table), groups);
    },
    async schemas() {
      const { rows } = await run(
        `SELECT schema_name FROM ${catalog}.information_schema.schemata ` +
          "WHERE schema_name <> 'information_schema' ORDER BY schema_name",
      );
      return rows.map(([name]) => String(name));
    },
    objects,
    async locations(schema) {
      const found = new Map<string, string>();
      for (const { name, kind } of await objects(schema)) {
        if (kind === "table") found.set(name, await locationOf(schema, name));
      }
      return found;
    },
    placedObjects,
    statementsSent: () => session.statements,
    close: async () => undefined,
  };
}

const SCALARS: Readonly<Record<string, Column["type"]>> = {
  bigint: "BIGINT",
  varchar: "VARCHAR",
  boolean: "BOOLEAN",
  "timestamp(3)": "TIMESTAMP(3)",
};

function scalarColumn(table: string, name: string, dataType: string): Column {
  const type = SCALARS[dataType];
  if (type !== undefined) return { name, type };
  throw new ExpectedError(`rows can't be appended to ${CATALOG}.${table}: its column ${name} is ${dataType}`);
}

/** Trino follows the link again for each file that it lists or opens, so one query could see two runs. */
function refuseThroughLink(schema: string, { name, location }: ExternalTable): void {
  if (!/^active(\/|$)/.test(location)) return;
  throw new ExpectedError(
    `${CATALOG}.${schema}.${name}: a Trino table can't be located through active: use the run's directory`,
  );
}

function wrongLocation(directory: string, { url, lakeUrl }: TrinoSettings): string {
  return (
    `Trino at ${url} finds no rows where the files in ${directory} have some: ` +
    `DISCOGS_TRINO_LAKE=${lakeUrl} is not the lake's location in that Trino`
  );
}
