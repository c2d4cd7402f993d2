import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import type { Column, ColumnType, RowType } from "../datasets/types.ts";

/** PostgreSQL's text can't contain it: it is removed, and marks the line that it is removed from. */
export const NUL = "\0";
/** Its JSON escape. A text with these six characters has a second backslash in JSON and matches as well. */
const NUL_IN_JSON = "\\u0000";
const NUL_IN_SQL = "chr(0)";
const NULL_FIELD = quotedString("\\N");

/**
 * A DuckDB statement whose rows are lines of PostgreSQL's COPY text format: tabs between columns, `\N` for NULL, a backslash
 * before characters that would end a field or a line. DuckDB formats them because its threads are several times faster than
 * creating JavaScript values for each field.
 */
export function copyLines(columns: readonly Column[], from: string): string {
  const fields = columns.map((column) => `coalesce(${escaped(asText(column))}, ${NULL_FIELD})`);
  return `SELECT concat_ws(chr(9), ${fields.join(", ")}) AS line FROM ${from}`;
}

/** A statement that counts the rows with a U+0000, per column. */
export function nulCounts(columns: readonly Column[], from: string): string {
  const counts = columns.map(
    (column) => `count(*) FILTER (WHERE ${hasNul(column)}) AS ${quotedIdentifier(column.name)}`,
  );
  return `SELECT ${counts.join(", ")} FROM ${from}`;
}

function asText({ name, type }: Column): string {
  const column = quotedIdentifier(name);
  if (type === "VARCHAR") return column;
  if (typeof type === "string") return `CAST(${column} AS VARCHAR)`;
  return type.array === "VARCHAR" ? arrayLiteral(column) : json(column, type.array);
}

/** `{"a","b"}`: see "Array Value Input" in PostgreSQL's manual. */
function arrayLiteral(column: string): string {
  const quoted = `'"' || ${replaced("x", [
    ["\\", "\\\\"],
    ['"', '\\"'],
  ])} || '"'`;
  const items = `list_transform(${column}, lambda x: CASE WHEN x IS NULL THEN 'NULL' ELSE ${quoted} END)`;
  return `('{' || array_to_string(${items}, ',') || '}')`;
}

/** The list as JSON. A U+0000, which PostgreSQL refuses in JSON as well, is removed, and one is put after the JSON as a mark. */
function json(column: string, { row }: RowType): string {
  const text = (list: string) => `CAST(to_json(${list}) AS VARCHAR)`;
  const fields = row.map(({ name, type }) => {
    const field = `x.${quotedIdentifier(name)}`;
    return `${quotedIdentifier(name)} := ${type === "VARCHAR" ? `replace(${field}, ${NUL_IN_SQL}, '')` : field}`;
  });
  const without = `list_transform(${column}, lambda x: struct_pack(${fields.join(", ")}))`;
  const isSuspect = `contains(${text(column)}, ${quotedString(NUL_IN_JSON)})`;
  const value = `CASE WHEN ${isSuspect} THEN ${text(without)} || ${NUL_IN_SQL} ELSE ${text(column)} END`;
  return `CASE WHEN ${column} IS NOT NULL THEN (${value}) END`;
}

function hasNul({ name, type }: Column): string {
  const column = quotedIdentifier(name);
  if (type === "VARCHAR") return `contains(${column}, ${NUL_IN_SQL})`;
  if (typeof type === "string") return "false";
  return `len(list_filter(${column}, lambda x: ${itemHasNul(type.array)})) > 0`;
}

function itemHasNul(item: "VARCHAR" | RowType): string {
  if (item === "VARCHAR") return `contains(x, ${NUL_IN_SQL})`;
  const texts = item.row.filter(({ type }) => type === "VARCHAR");
  return texts.map(({ name }) => `contains(x.${quotedIdentifier(name)}, ${NUL_IN_SQL})`).join(" OR ");
}

/** Characters that end a field or a line, or start an escape: see "COPY", "Text Format" in PostgreSQL's manual. */
function escaped(text: string): string {
  return replaced(text, [
    ["\\", "\\\\"],
    ["\n", "\\n"],
    ["\r", "\\r"],
    ["\t", "\\t"],
  ]);
}

function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((sql, [from, to]) => `replace(${sql}, ${literal(from)}, ${literal(to)})`, text);
}

/** Writes control characters as codes, so that the statement is one line. */
const literal = (text: string) =>
  /^[\t\n\r]$/.test(text) ? `chr(${text.charCodeAt(0)})` : quotedString(text);

/** The type of a column in PostgreSQL. */
export function postgresType(type: ColumnType): string {
  if (typeof type !== "string") return type.array === "VARCHAR" ? "text[]" : "jsonb";
  return { BIGINT: "bigint", VARCHAR: "text", BOOLEAN: "boolean", "TIMESTAMP(3)": "timestamp(3)" }[type];
}
