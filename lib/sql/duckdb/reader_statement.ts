import { quotedString } from "@duckdb/node-api";
import { z } from "zod";
import { ExpectedError } from "../../cli/errors.ts";
import { ACTIVE_SCHEMA, CATALOG } from "../engine.ts";
import { requireReading, withoutExplain } from "../reading.ts";
import type { SqlSource } from "../sql_error.ts";
import { duckDbError } from "./duckdb_error.ts";
import { READER_FUNCTIONS, READER_TABLE_FUNCTIONS } from "./reader_functions.ts";
import type { DuckDbSession } from "./session.ts";

/** A table as named by a statement, in lower case; omitted parts are empty. */
export interface NamedTable {
  catalog: string;
  schema: string;
  name: string;
}

/** A statement that only reads. */
export interface ReaderStatement {
  /** What to run. */
  sql: string;
  tables: NamedTable[];
  /** Whether it may list tables that it does not name: SHOW, `information_schema`, `duckdb_tables()`. */
  lists: boolean;
}

const serialized = z.union([
  z.object({ error: z.literal(false), statements: z.array(z.unknown()).length(1) }),
  z.object({ error: z.literal(true), error_message: z.string() }),
]);

/** Names for which DuckDB reads a file, only as data, when there is no such table. */
const DATA_FILE = /\.(parquet|csv|tsv|json|jsonl|ndjson)(\.(gz|zst))?$/i;
const LISTING_SCHEMAS = ["information_schema", "pg_catalog"];
const LISTING = /^(duckdb|pragma|sqlite|pg)_/;

/**
 * Accepts one SELECT, EXPLAIN, DESCRIBE, SUMMARIZE or SHOW that calls only {@link READER_FUNCTIONS}. DuckDB's own parser finds
 * the functions in the statement's tree; nothing is run or prepared before, because preparing EXPORT DATABASE already creates a
 * directory. Throws an ExpectedError that names anything else.
 */
export async function readerStatement(
  session: DuckDbSession,
  sql: string,
  source?: SqlSource,
): Promise<ReaderStatement> {
  const refuse = (error: unknown): never => {
    throw duckDbError(sql, error, source);
  };
  try {
    requireReading(sql, { showing: true });
  } catch (error) {
    refuse(error);
  }
  const parsed = await session.connection.extractStatements(sql).catch(refuse);
  if (parsed.count !== 1) {
    throw new ExpectedError(`expected one statement, but found ${parsed.count}`);
  }
  const { explain, select } = withoutExplain(sql);
  const tree = await treeOf(session, select).catch(refuse);
  try {
    // Prepend the EXPLAIN to the checked statement, so that nested comments can't hide another one in between.
    return { sql: `${explain}${select}`, ...readTree(tree) };
  } catch (error) {
    return refuse(error);
  }
}

async function treeOf(session: DuckDbSession, select: string): Promise<unknown> {
  const reader = await session.connection.runAndReadAll(`SELECT json_serialize_sql(${quotedString(select)})`);
  const answer = serialized.parse(JSON.parse(String(reader.value(0, 0))));
  if (!answer.error) return answer.statements[0];
  throw new ExpectedError(`only statements that read are allowed: ${answer.error_message}`);
}

type Node = Readonly<Record<string, unknown>>;

function readTree(tree: unknown): Pick<ReaderStatement, "tables" | "lists"> {
  const tables: NamedTable[] = [];
  let lists = false;
  const tableFunctions = new Set<unknown>();
  for (const node of nodesOf(tree)) {
    if (node.type === "TABLE_FUNCTION") tableFunctions.add(node.function);
    if (node.type === "BASE_TABLE") tables.push(namedTable(node));
    if (node.type === "SHOW_REF" && node.query === null) lists = true;
    // DuckDB would list only the session's own schema, which is always empty.
    if (node.type === "SHOW_REF" && node.table_name === '"tables"') {
      throw new ExpectedError(`name the schema: SHOW TABLES FROM ${CATALOG}.${ACTIVE_SCHEMA}`);
    }
    const name = lowerText(node.function_name);
    if (name === "") continue;
    requireFunction(name, tableFunctions.has(node) ? READER_TABLE_FUNCTIONS : READER_FUNCTIONS);
    lists ||= LISTING.test(name);
  }
  const listing = ({ schema, name }: NamedTable) => LISTING_SCHEMAS.includes(schema) || LISTING.test(name);
  return { tables, lists: lists || tables.some(listing) };
}

/** All objects of a tree, parents first. */
function* nodesOf(tree: unknown): Generator<Node> {
  const rest = [tree];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) yield next as Node;
    // One by one: a list of a hundred thousand values has more than a call takes arguments.
    for (const value of Object.values(next)) rest.push(value);
  }
}

function namedTable(node: Node): NamedTable {
  const [catalog, schema, name] = [node.catalog_name, node.schema_name, node.table_name].map(lowerText);
  if (/[./\\:]/.test(name ?? "") && !DATA_FILE.test(name ?? "")) {
    throw new ExpectedError(`${name} is neither a table nor a file of Parquet, CSV or JSON`);
  }
  return { catalog: catalog ?? "", schema: schema ?? "", name: name ?? "" };
}

function requireFunction(name: string, allowed: ReadonlySet<string>): void {
  if (!allowed.has(name))
    throw new ExpectedError(`${name} is not one of the functions that readers may call`);
}

const lowerText = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : "");
