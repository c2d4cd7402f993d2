import { readdirSync } from "node:fs";
import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { ExpectedError, hasCode, oneLine } from "../../cli/errors.ts";
import { type Column, duckdbType } from "../../datasets/types.ts";
import { isParquetFile, PARQUET_FILES } from "../../files/paths.ts";
import { patternOf, readParquet } from "../../parquet/read_parquet.ts";
import { endsAsParquet } from "../../parquet/whole_file.ts";
import { CATALOG, type ExternalTable } from "../engine.ts";

const PATTERNS = { parquet: PARQUET_FILES, all: "[!_.]*" } as const;

/** `hive."schema"."name"` */
export function qualified(schema: string, name: string): string {
  return `${CATALOG}.${quotedIdentifier(schema)}.${quotedIdentifier(name)}`;
}

/** A SELECT without rows that has these typed columns. */
export function emptyRelation(columns: readonly Column[]): string {
  return `SELECT ${typedNulls(columns)} WHERE false`;
}

/**
 * The SELECT behind an external table: exactly the declared columns in order, NULL if the files lack one. `directory` is
 * absolute. If it is missing, or lacks the files of a dataset, every query of the table fails with a message about it. A table of
 * events without files has no rows.
 */
export function tableSelect(schema: string, table: ExternalTable, directory: string): string {
  const lack = lackOf(directory, table.files);
  if (lack !== undefined)
    return failingRelation(table.columns, `${CATALOG}.${schema}.${table.name}: its directory ${lack}`);
  if (stateOf(directory, table.files) === "empty") return emptyRelation(table.columns);
  const declared = table.columns.map(declaredColumn).join(", ");
  const files = filesOf(directory, table.files);
  return `SELECT ${declared} FROM (${emptyRelation(table.columns)} UNION ALL BY NAME SELECT * FROM ${readParquet(files)})`;
}

/**
 * The argument of read_parquet: normally a pattern, which includes later files. A Trino killed during an append leaves an
 * unfinished file, which has no rows: then the other files are listed.
 */
function filesOf(directory: string, files: ExternalTable["files"]): string {
  const pattern = quotedString(`${directory}/${PATTERNS[files]}`);
  if (files === "parquet") return pattern;
  const names = readdirSync(directory).filter(isVisible);
  const whole = names.filter(isWholeIn(directory));
  if (whole.length === names.length) return pattern;
  return `[${whole.map((name) => quotedString(`${directory}/${patternOf(name)}`)).join(", ")}]`;
}

/**
 * Why the files of a table can't be read: `<directory> is missing`, or has no file of a dataset, which has one even without rows;
 * undefined if they can.
 */
export function lackOf(directory: string, files: ExternalTable["files"]): string | undefined {
  const state = stateOf(directory, files);
  if (state === "missing") return `${directory} is missing`;
  return state === "empty" && files === "parquet" ? `${directory} has no Parquet file` : undefined;
}

/**
 * The failure to create the view of a table, as one of its files: `what` and DuckDB's reason, which names the file, without the
 * generated statement.
 */
export function unreadable(what: string, error: unknown): unknown {
  if (!(error instanceof ExpectedError) || error.cause === undefined) return error;
  const reason = oneLine(error.cause).replace(/ LINE \d+: .*$/, "");
  const { exitCode, cause } = error;
  return new ExpectedError(`${what} can't be read: ${reason}`, { exitCode, cause });
}

/** Whether a table with this selection of files has any. */
export function stateOf(directory: string, files: ExternalTable["files"]): "missing" | "empty" | "files" {
  try {
    const names = readdirSync(directory);
    const read = files === "parquet" ? isParquetFile : isWholeIn(directory);
    return names.some(read) ? "files" : "empty";
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return "missing";
    throw error;
  }
}

const isWholeIn = (directory: string) => (name: string) =>
  isVisible(name) && endsAsParquet(`${directory}/${name}`);
const isVisible = (name: string) => !/^[_.]/.test(name);

function typedNulls(columns: readonly Column[]): string {
  return columns
    .map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${quotedIdentifier(name)}`)
    .join(", ");
}

/** Engines write timestamps in different units (Trino: INT96); all become TIMESTAMP(3) here. */
function declaredColumn({ name, type }: Column): string {
  const quoted = quotedIdentifier(name);
  return type === "TIMESTAMP(3)" ? `CAST(${quoted} AS TIMESTAMP_MS) AS ${quoted}` : quoted;
}

/** A SELECT with these columns that fails with the message when run. */
export function failingRelation(columns: readonly Column[], message: string): string {
  return `SELECT * FROM (SELECT ${typedNulls(columns)}) WHERE error(${quotedString(message)}) IS NULL`;
}
