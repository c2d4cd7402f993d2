import { trinoType } from "../../datasets/types.ts";
import type { ExternalTable, SqlValue } from "../engine.ts";
import { requireIdentifier } from "../identifiers.ts";
import { segments } from "../split.ts";

/** The longest text of a query that Trino accepts by default (`query.max-length`) is one more than this. */
export const MAX_STATEMENT = 999_999;

const CATALOG_PREFIX = /(?<![\w."])hive(?=\s*\.)/gi;

/** `"name"`, of a name on the allow-list. */
export function quoted(what: string, name: string): string {
  return `"${requireIdentifier(what, name)}"`;
}

/** `'text'` */
export function stringLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** SQL on the catalog `hive` as it reads where that catalog has another name; strings and comments stay. */
export function inCatalog(sql: string, catalog: string): string {
  if (catalog === "hive") return sql;
  return segments(sql)
    .map(({ kind, text }) => (kind === "code" ? text.replace(CATALOG_PREFIX, catalog) : text))
    .join("");
}

/** The statement that declares Parquet files at `location`, a URL, as a table. `place` is its full name. */
export function createTable(place: string, table: ExternalTable, location: string): string {
  const columns = table.columns.map(({ name, type }) => `${quoted("column", name)} ${trinoType(type)}`);
  const options = `external_location = ${stringLiteral(location)}, format = 'PARQUET'`;
  return `CREATE TABLE ${place} (${columns.join(", ")}) WITH (${options})`;
}

/**
 * Whether what SHOW CREATE TABLE prints is what {@link createTable} asks for. It differs in white space, quotes of
 * names and the case of types only, and a Hive metastore keeps `file:///path` as `file:/path`; a text that is not
 * understood counts as different, so that the table is replaced.
 */
export function isSameTable(shown: string, wanted: string): boolean {
  return skeleton(shown) === skeleton(wanted);
}

function skeleton(sql: string): string {
  return segments(sql)
    .map(({ kind, text }) =>
      kind === "string" ? text.replace(/^'file:\/+/, "'file:/") : text.replace(/[\s"]/g, "").toLowerCase(),
    )
    .join("");
}

/**
 * INSERTs that together append all rows, each within the longest text of a query, and as few as that allows. The
 * values fit their columns (see `appended_rows.ts`).
 */
export function insertStatements(
  place: string,
  rows: readonly SqlValue[][],
  longest = MAX_STATEMENT,
): string[] {
  const begin = `INSERT INTO ${place} VALUES `;
  const statements: string[] = [];
  let text = "";
  for (const row of rows) {
    const values = `(${row.map(literal).join(", ")})`;
    if (text !== "" && text.length + 2 + values.length > longest) {
      statements.push(text);
      text = "";
    }
    text = text === "" ? `${begin}${values}` : `${text}, ${values}`;
  }
  if (text !== "") statements.push(text);
  return statements;
}

/** Trino's literals are strict: nothing becomes a timestamp or a BIGINT of itself. */
function literal(value: SqlValue): string {
  if (value === null) return "NULL";
  if (typeof value === "bigint") return `BIGINT '${value}'`;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return stringLiteral(value);
  if (value instanceof Date) return `TIMESTAMP '${value.toISOString().slice(0, -1).replace("T", " ")}'`;
  throw new TypeError(`${JSON.stringify(value)} has no literal`);
}
