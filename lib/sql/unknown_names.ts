import { ExpectedError, oneLine } from "../cli/errors.ts";
import { didYouMean, nearest } from "../cli/nearest.ts";
import { datasetName } from "../datasets/dataset_name.ts";
import { allTables } from "../datasets/index.ts";
import { byShortName } from "../datasets/short_name.ts";
import { RUN_SCHEMA_PREFIX } from "../files/run_id.ts";
import { ACTIVE_SCHEMA, CATALOG, type SqlEngine } from "./engine.ts";
import { segments } from "./split.ts";
import { type SqlSource, sqlError } from "./sql_error.ts";

type Catalog = Pick<SqlEngine, "schemas" | "objects" | "query">;

/**
 * The same engine, whose errors about an unknown table or column name the one that was probably meant. An engine by itself
 * suggests nothing, or tables of its own such as `sqlite_master`.
 */
export function suggestingNames(engine: SqlEngine): SqlEngine {
  return {
    ...engine,
    async query(sql, source) {
      try {
        return await engine.query(sql, source);
      } catch (error) {
        throw await explained(engine, sql, error, source);
      }
    },
    async *stream(sql, source) {
      try {
        yield* engine.stream(sql, source);
      } catch (error) {
        throw await explained(engine, sql, error, source);
      }
    },
  };
}

async function explained(
  engine: SqlEngine,
  sql: string,
  error: unknown,
  source?: SqlSource,
): Promise<unknown> {
  const cause = error instanceof ExpectedError ? error.cause : undefined;
  if (cause === undefined) return error;
  const message = oneLine(cause);
  const problem = (await unknownTable(engine, sql, message)) ?? (await unknownColumn(engine, sql, message));
  return problem === undefined ? error : sqlError(engine.name, sql, new Error(problem, { cause }), source);
}

/** How the engines report a table that does not exist; the group is its name, or that of its schema or catalog. */
const UNKNOWN_TABLE = [
  /^Catalog Error: Table with name "?(?:\w+\.)*(\w+)"? does not exist/,
  /^Binder Error: Catalog "(\w+)" does not exist/,
  /^line \d+:\d+: Table '(?:\w+\.)*(\w+)' does not exist/,
  /^line \d+:\d+: (?:Schema|Catalog) '(\w+)' (?:does not exist|not found)/,
  /^line \d+:\d+: Schema must be specified/,
];
/** Schemas of the engines themselves, for which their own messages are right. */
const OTHER_SCHEMAS = ["information_schema", "pg_catalog", "metadata", "runtime"];

async function unknownTable(engine: Catalog, sql: string, message: string): Promise<string | undefined> {
  const found = firstMatch(UNKNOWN_TABLE, message);
  const given = found === undefined ? undefined : nameIn(sql, found[1]);
  if (given === undefined) return undefined;
  const [table = "", schema = ACTIVE_SCHEMA] = given.toLowerCase().split(".").reverse();
  if (OTHER_SCHEMAS.includes(schema)) return undefined;
  const schemas = await engine.schemas();
  const place = schemas.includes(schema) ? schema : (nearest(schema, schemas) ?? ACTIVE_SCHEMA);
  const tables = (await engine.objects(place)).map(({ name }) => name);
  const datasets = place === ACTIVE_SCHEMA || place.startsWith(RUN_SCHEMA_PREFIX) ? datasetTables : new Map();
  return `there is no table ${given}${instead(table, `${CATALOG}.${place}`, tables, datasets)}`;
}

/** What to query instead of a table that does not exist; `datasets` has the tables that a run of this schema could have. */
function instead(
  table: string,
  schema: string,
  tables: readonly string[],
  datasets: ReadonlyMap<string, string>,
): string {
  if (tables.length === 0) return `: ${schema} has none; run bin/lake register_active`;
  const near = nearest(table, [...datasets.keys(), ...tables]);
  const meant = near === undefined ? undefined : (datasets.get(near) ?? near);
  if (meant === undefined) return `; SHOW TABLES FROM ${schema} lists those that exist`;
  if (!tables.includes(meant)) {
    if (meant === table) return ": the run was made without this dataset";
    return `, did you mean ${schema}.${meant}, which the run was made without?`;
  }
  if (ofDirectory.has(table)) return `: the dataset ${table} is queried as ${schema}.${meant}`;
  return `, did you mean ${schema}.${meant}?`;
}

/** The tables of datasets by the names of their directories, which may be different. */
const ofDirectory = new Map(allTables.map((each) => [datasetName(each.directory), each.table]));
/** The tables of datasets by all names that they have: in `discogs.duckdb`, of their directories, and their own. */
const datasetTables = new Map([
  ...byShortName(allTables).map(({ name, dataset }) => [name, dataset.table] as const),
  ...ofDirectory,
  ...allTables.map(({ table }) => [table, table] as const),
]);

/** How the engines report a column that does not exist, apart from DuckDB where it suggests one itself. */
const UNKNOWN_COLUMN = [
  /^Binder Error: Values list "(?<table>\w+)" does not have a column named "(?<column>\w+)"/,
  /^line \d+:\d+: Column '(?:(?<table>[\w.]+)\.)?(?<column>\w+)' cannot be resolved/,
];

async function unknownColumn(engine: Catalog, sql: string, message: string): Promise<string | undefined> {
  const { table, column } = firstMatch(UNKNOWN_COLUMN, message)?.groups ?? {};
  if (column === undefined) return undefined;
  const columns: string[] = [];
  for (const [name] of codeOf(sql).matchAll(new RegExp(`\\b${CATALOG}\\.\\w+\\.\\w+`, "gi"))) {
    const result = await engine.query(`SELECT * FROM ${name} LIMIT 0`);
    columns.push(...result.columns.map((each) => each.name));
  }
  const given = table === undefined ? column : `${table}.${column}`;
  return `there is no column ${given}${didYouMean(column, columns)}`;
}

function firstMatch(patterns: readonly RegExp[], text: string): RegExpExecArray | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found !== null) return found;
  }
  return undefined;
}

/** A table's name as a statement has it: the one with this part, or the first without a schema that WITH does not define. */
function nameIn(sql: string, part: string | undefined): string | undefined {
  const code = codeOf(sql);
  if (part === undefined) {
    const defined = [...code.matchAll(/\b(\w+)\s+as\s*\(/gi)].map(([, name]) => name);
    const bare = [...code.matchAll(/\b(?:from|join)\s+(\w+)\b(?!\s*[.(])/gi)].map(([, name]) => name);
    return bare.find((name) => !defined.includes(name));
  }
  const name = new RegExp(`(?<![\\w.])(?:\\w+\\.)*${part}\\b(?:\\.\\w+)*`, "i").exec(code)?.[0];
  return name ?? part;
}

/** Without comments and strings, and with quoted names bare. */
function codeOf(sql: string): string {
  return segments(sql)
    .map(({ kind, text }) => (kind === "code" ? text : kind === "quoted" ? text.slice(1, -1) : " "))
    .join("");
}
