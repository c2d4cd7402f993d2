import { oneLine } from "../cli/errors.ts";
import { didYouMean, nearest } from "../cli/nearest.ts";
import { RUN_SCHEMA_PREFIX } from "../files/run_id.ts";
import { requireLake } from "../lake/require_lake.ts";
import { readActive } from "../promotion/active.ts";
import { datasetTables, tablesByDirectory } from "./dataset_tables.ts";
import { ACTIVE_SCHEMA, CATALOG, HISTORY_SCHEMA, type SqlEngine } from "./engine.ts";
import { segments } from "./split.ts";
import { StatementError, sqlError } from "./sql_error.ts";

type Catalog = Pick<SqlEngine, "schemas" | "objects" | "query">;

/**
 * The same engine, whose errors about an unknown table or column name the one that was probably meant. An engine by itself
 * suggests nothing, or tables of its own such as `sqlite_master`. Where there are no tables, `lake` may be no lake.
 */
export function suggestingNames(engine: SqlEngine, lake: string): SqlEngine {
  return {
    ...engine,
    async query(sql, source) {
      try {
        return await engine.query(sql, source);
      } catch (error) {
        throw await explained(engine, lake, sql, error);
      }
    },
    async *stream(sql, source) {
      try {
        yield* engine.stream(sql, source);
      } catch (error) {
        throw await explained(engine, lake, sql, error);
      }
    },
  };
}

async function explained(engine: SqlEngine, lake: string, sql: string, error: unknown): Promise<unknown> {
  if (!(error instanceof StatementError)) return error;
  const { cause, source } = error;
  const message = oneLine(cause).replace(TRINO_PLACE, "");
  const problem =
    (await unknownTable(engine, lake, sql, message)) ?? (await unknownColumn(engine, sql, message));
  return problem === undefined ? error : sqlError(engine.name, sql, new Error(problem, { cause }), source);
}

/** What Trino's message begins with, unless the error already names the place in a file. */
const TRINO_PLACE = /^line \d+:\d+: /;

/** How the engines report a table that does not exist; the group is its name, or that of its schema or catalog. */
const UNKNOWN_TABLE = [
  /^Catalog Error: Table with name "?(?:\w+\.)*(\w+)"? does not exist/,
  /^Binder Error: Catalog "(\w+)" does not exist/,
  /^Table '(?:\w+\.)*(\w+)' does not exist/,
  /^(?:Schema|Catalog) '(\w+)' (?:does not exist|not found)/,
  /^Schema must be specified/,
];
/** Schemas of the engines themselves, for which their own messages are right. */
const OTHER_SCHEMAS = ["information_schema", "pg_catalog", "metadata", "runtime"];

/** ExpectedError where there can't be any table, because `lake` is no lake. */
async function unknownTable(
  engine: Catalog,
  lake: string,
  sql: string,
  message: string,
): Promise<string | undefined> {
  const found = firstMatch(UNKNOWN_TABLE, message);
  const given = found === undefined ? undefined : nameIn(sql, found[1]);
  if (given === undefined) return undefined;
  const [table = "", schema = ACTIVE_SCHEMA] = given.toLowerCase().split(".").reverse();
  if (OTHER_SCHEMAS.includes(schema)) return undefined;
  const schemas = await engine.schemas();
  if (schema === HISTORY_SCHEMA && !schemas.includes(schema)) {
    await requireLake(lake);
    return `there is no table ${given}: the lake has no history yet; bin/digdag run history_pipeline.dig records one`;
  }
  const place = schemas.includes(schema) ? schema : (nearest(schema, schemas) ?? ACTIVE_SCHEMA);
  const tables = (await engine.objects(place)).map(({ name }) => name);
  if (tables.length === 0) {
    await requireLake(lake);
    return `there is no table ${given}: ${await whyNone(lake, `${CATALOG}.${place}`)}`;
  }
  const datasets = place === ACTIVE_SCHEMA || place.startsWith(RUN_SCHEMA_PREFIX) ? datasetTables : new Map();
  return `there is no table ${given}${instead(table, `${CATALOG}.${place}`, tables, datasets)}`;
}

/** Why a schema has no tables at all. */
async function whyNone(lake: string, schema: string): Promise<string> {
  if ((await readActive(lake)).kind === "run") return `${schema} has none; run bin/lake register_active`;
  return "no run is active; bin/lake promote RUN_ID promotes one (bin/lake status lists the runs)";
}

/** What to query instead of a table that does not exist; `datasets` has the tables that a run of this schema could have. */
function instead(
  table: string,
  schema: string,
  tables: readonly string[],
  datasets: ReadonlyMap<string, string>,
): string {
  const near = nearest(table, [...datasets.keys(), ...tables]);
  const meant = near === undefined ? undefined : (datasets.get(near) ?? near);
  if (meant === undefined) return `; SHOW TABLES FROM ${schema} lists those that exist`;
  if (!tables.includes(meant)) {
    if (meant === table) return ": the run was made without this dataset";
    return `, did you mean ${schema}.${meant}, which the run was made without?`;
  }
  if (tablesByDirectory.has(table)) return `: the dataset ${table} is queried as ${schema}.${meant}`;
  return `, did you mean ${schema}.${meant}?`;
}

/** How the engines report a column that does not exist. */
const UNKNOWN_COLUMN = [
  /^Binder Error: Referenced column "?(?<column>[^"]+?)"? not found in FROM clause/,
  /^Binder Error: (?:Values list|Table) "(?<table>[^"]+)" does not have a column named "(?<column>[^"]+)"/,
  /^Binder Error: Column "(?<column>[^"]+)" in (?:EXCLUDE|REPLACE) list not found/,
  /^Binder Error: Column "(?<column>[^"]+)" does not exist on (?<side>left|right) side of join/,
  /^Column '(?:(?<table>[\w.]+)\.)?(?<column>\w+)' cannot be resolved/,
];
/** What DuckDB reports of a column that does not exist, but also of one that can't be used in this place. */
const UNUSABLE_COLUMN = [
  /^Binder Error: column "?(?<column>[^"]+?)"? must appear in the GROUP BY clause/,
  /^Binder Error: Could not ORDER BY column "(?<column>[^"]+)"/,
];
const UNKNOWN_FIELD = /^Binder Error: Could not find key "(?<field>[^"]+)" in struct/;

/** The columns or fields that DuckDB names instead: `"title", "r.release_id"`. */
const CANDIDATES = /Candidate (?:bindings|Entries):[ :]*((?:"[^"]*"(?:, )?)+)/;

async function unknownColumn(engine: Catalog, sql: string, message: string): Promise<string | undefined> {
  const { field } = UNKNOWN_FIELD.exec(message)?.groups ?? {};
  if (field !== undefined) return `there is no field ${field}${didYouMean(field, candidatesIn(message))}`;
  const { table, column, side } = firstMatch(UNKNOWN_COLUMN, message)?.groups ?? {};
  if (column === undefined) return unusableColumn(engine, sql, message);
  const given = table === undefined ? column : `${table}.${column}`;
  const candidates = candidatesIn(message);
  const columns = candidates.length > 0 ? candidates : await columnsRead(engine, sql);
  const where = side === undefined ? "" : ` on the ${side} side of the join`;
  return `there is no column ${given}${where}${meantColumn(sql, column, columns) || textHint(sql, column)}`;
}

/** Explains only a column that no table has. */
async function unusableColumn(engine: Catalog, sql: string, message: string): Promise<string | undefined> {
  const { column } = firstMatch(UNUSABLE_COLUMN, message)?.groups ?? {};
  if (column === undefined) return undefined;
  const columns = await columnsRead(engine, sql);
  if (columns.length === 0 || columns.some((name) => isSame(name, column))) return undefined;
  return `there is no column ${column}${meantColumn(sql, column, columns)}`;
}

/** The nearest of the columns and of the names that the statement itself gives with AS. */
function meantColumn(sql: string, column: string, columns: readonly string[]): string {
  const names = [...columns, ...[...codeOf(sql).matchAll(/\bas\s+(\w+)/gi)].map(([, name = ""]) => name)];
  // It exists elsewhere, so it is not mistyped.
  return names.some((name) => isSame(name, column)) ? "" : didYouMean(column, names);
}

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** A text in double quotes is a column to the engines, a frequent mistake of users of other systems. */
function textHint(sql: string, column: string): string {
  const isQuoted = sql.toLowerCase().includes(`"${column.toLowerCase()}"`);
  return isQuoted ? `: if it is a text, write it in single quotes, '${column}'` : "";
}

function candidatesIn(message: string): string[] {
  const [, list = ""] = CANDIDATES.exec(message) ?? [];
  return [...list.matchAll(/"(?:[^".]*\.)*([^"]*)"/g)].map(([, name = ""]) => name);
}

/** The columns of all tables that a statement names. */
async function columnsRead(engine: Catalog, sql: string): Promise<string[]> {
  const columns: string[] = [];
  for (const [name] of codeOf(sql).matchAll(new RegExp(`\\b${CATALOG}\\.\\w+\\.\\w+`, "gi"))) {
    const result = await engine.query(`SELECT * FROM ${name} LIMIT 0`);
    columns.push(...result.columns.map((each) => each.name));
  }
  return columns;
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
  const names = [...code.matchAll(/\w+(?:\.\w+)*/g)].map(([name]) => name);
  return names.find((name) => name.split(".").some((each) => isSame(each, part))) ?? part;
}

/** Without comments and strings, and with quoted names bare. */
function codeOf(sql: string): string {
  return segments(sql)
    .map(({ kind, text }) => (kind === "code" ? text : kind === "quoted" ? text.slice(1, -1) : " "))
    .join("");
}
