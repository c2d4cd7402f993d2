import { ExpectedError } from "../../cli/errors.ts";
import { trinoType } from "../../datasets/types.ts";
import type { ExternalTable, SqlValue } from "../engine.ts";
import { requireIdentifier } from "../identifiers.ts";
import { segments } from "../split.ts";

const CATALOG_PREFIX = /(?<![\w."])hive(?=\s*\.)/gi;

/** `"name"`, for a checked name. */
export function quoted(what: string, name: string): string {
  return `"${requireIdentifier(what, name)}"`;
}

/** `'text'` */
export function stringLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Rewrites SQL on catalog `hive` for another catalog name; strings and comments are unchanged. */
export function inCatalog(sql: string, catalog: string): string {
  if (catalog === "hive") return sql;
  return segments(sql)
    .map(({ kind, text }) => (kind === "code" ? text.replace(CATALOG_PREFIX, catalog) : text))
    .join("");
}

/** How the comment of a table begins; its location, a URL, follows. */
const FILES_IN = "Parquet files in ";

/**
 * The statement that declares Parquet files at `location`, a URL, as a table with the full name `place`. Its comment repeats the
 * location: one statement reads the comments of all tables, but locations take one statement per table.
 */
export function createTable(place: string, table: ExternalTable, location: string): string {
  const columns = table.columns.map(({ name, type }) => `${quoted("column", name)} ${trinoType(type)}`);
  const options = `external_location = ${stringLiteral(location)}, format = 'PARQUET'`;
  return `CREATE TABLE ${place} (${columns.join(", ")}) COMMENT ${comment(location)} WITH (${options})`;
}

/** The statement that gives a table the comment that {@link createTable} gives it. */
export function commentOnTable(place: string, location: string): string {
  return `COMMENT ON TABLE ${place} IS ${comment(location)}`;
}

const comment = (location: string) => stringLiteral(`${FILES_IN}${location}`);

/**
 * Whether the output of SHOW CREATE TABLE is equivalent to {@link createTable}'s. It may differ in white space, quotes of names
 * and the case of types, and a Hive metastore stores `file:///path` as `file:/path`; a text that is not understood counts as
 * different, so that the table is replaced. A table of an earlier version has no comment.
 */
export function isSameTable(shown: string, wanted: string): boolean {
  return skeleton(withoutComment(shown)) === skeleton(withoutComment(wanted));
}

/** Whether the table that SHOW CREATE TABLE prints has the comment that {@link createTable} gives it. */
export function hasLocationInComment(shown: string, location: string): boolean {
  return COMMENT.exec(shown)?.[1] === comment(location);
}

/** The comment of a table, before WITH, which every external table has. */
const COMMENT = /\)\s*COMMENT\s+('(?:[^']|'')*')\s*(?=WITH\b)/;
const withoutComment = (sql: string) => sql.replace(COMMENT, ") ");

/**
 * The location in the output of SHOW CREATE TABLE, relative to the lake at `lakeUrl`; the whole URL if it is outside of the
 * lake, and empty if there is none.
 */
export function shownLocation(shown: string, lakeUrl: string): string {
  const [, text = ""] = /\bexternal_location\s*=\s*'((?:[^']|'')*)'/.exec(shown) ?? [];
  return inLake(text.replaceAll("''", "'"), lakeUrl);
}

/** The same of a table's comment; undefined where it has none, or not this one. */
export function commentedLocation(comment: string, lakeUrl: string): string | undefined {
  return comment.startsWith(FILES_IN) ? inLake(comment.slice(FILES_IN.length), lakeUrl) : undefined;
}

function inLake(location: string, lakeUrl: string): string {
  const url = oneForm(location);
  const root = oneForm(lakeUrl);
  return url.startsWith(root) ? url.slice(root.length).replace(/\/+$/, "") : url;
}

/** A Hive metastore stores `file:///path` as `file:/path`. */
const oneForm = (url: string) => url.replace(/^(file|local):\/+/, "$1:/");

function skeleton(sql: string): string {
  return segments(sql)
    .map(({ kind, text }) =>
      kind === "string" ? text.replace(/^'file:\/+/, "'file:/") : text.replace(/[\s"]/g, "").toLowerCase(),
    )
    .join("");
}

/**
 * INSERTs that together append all groups of rows: as few as the maximum query length `longest` allows, each of whole groups.
 * ExpectedError if a single group is longer. The values fit their columns (see `appended_rows.ts`).
 */
export function insertStatements(place: string, groups: readonly SqlValue[][][], longest: number): string[] {
  const begin = `INSERT INTO ${place} VALUES `;
  const statements: string[] = [];
  let text = "";
  for (const rows of groups.filter(({ length }) => length > 0)) {
    const values = rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ");
    requireFits(place, begin.length + values.length, longest);
    if (text !== "" && text.length + 2 + values.length > longest) {
      statements.push(text);
      text = "";
    }
    text = text === "" ? `${begin}${values}` : `${text}, ${values}`;
  }
  if (text !== "") statements.push(text);
  return statements;
}

function requireFits(place: string, length: number, longest: number): void {
  if (length <= longest) return;
  throw new ExpectedError(
    `nothing was appended to ${place}: rows that belong together need an INSERT of ${length} characters, but this ` +
      `Trino accepts ${longest} (query.max-length in its config.properties)`,
  );
}

/** Trino's literals are strict: nothing is converted to a timestamp or a BIGINT implicitly. */
function literal(value: SqlValue): string {
  if (value === null) return "NULL";
  if (typeof value === "bigint") return `BIGINT '${value}'`;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return stringLiteral(value);
  if (value instanceof Date) return `TIMESTAMP '${value.toISOString().slice(0, -1).replace("T", " ")}'`;
  throw new TypeError(`${JSON.stringify(value)} has no literal`);
}
