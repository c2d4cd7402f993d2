import { readdirSync } from "node:fs";
import { join } from "node:path";
import { quotedString } from "@duckdb/node-api";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { type Column, duckdbType, type TableDeclaration } from "../datasets/types.ts";
import { isParquetFile } from "../files/paths.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { type CheckResult, problemCheck } from "./check.ts";

/** What the files of a dataset contain, according to their footers. */
export interface Parts {
  /** File names in order. */
  names: string[];
  rows: bigint;
  problems: string[];
}

/**
 * Reads the parts of a dataset: every footer, and with `decode` every value. Problems are a missing directory, no
 * parts, an unreadable part, a partial extract, and files that Trino would read as parts.
 */
export async function readParts(session: DuckDbSession, directory: string, decode: boolean): Promise<Parts> {
  const parts: Parts = { names: [], rows: 0n, problems: [] };
  for (const name of entriesOf(directory, parts.problems)) {
    if (name === "_partial") parts.problems.push("is partial: it was made with --max-parts");
    else if (isParquetFile(name)) parts.names.push(name);
    else if (!/^[_.]/.test(name)) parts.problems.push(`${name} is not a part, but Trino would read it`);
  }
  if (parts.names.length === 0 && parts.problems.length === 0) parts.problems.push("has no parts");
  for (const name of parts.names) {
    try {
      parts.rows += await readPart(session, join(directory, name), decode);
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      parts.problems.push(`${name} can't be read: ${oneLine(error.cause)}`);
    }
  }
  return parts;
}

function entriesOf(directory: string, problems: string[]): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (!hasCode(error, "ENOENT", "ENOTDIR")) throw error;
    problems.push("the directory is missing");
    return [];
  }
}

async function readPart(session: DuckDbSession, path: string, decode: boolean): Promise<bigint> {
  const file = quotedString(path);
  const footer = await session.run(`SELECT num_rows FROM parquet_file_metadata(${file})`);
  if (decode) await session.run(`SELECT bit_xor(hash(part)) FROM ${readParquet(file)} part`);
  return BigInt(String(footer.value(0, 0)));
}

/** Permitted differences between the columns of files and the declaration; none by default. */
export interface ColumnLeave {
  anyOrder?: boolean;
  /** Whether a column may be absent. Engines match columns by name and read an absent one as NULL. */
  mayLack?: (column: Column) => boolean;
}

/**
 * Compares names, types and order of every part's columns with the declaration. The check lists columns that are absent
 * with permission.
 */
export async function checkColumns(
  session: DuckDbSession,
  directory: string,
  dataset: TableDeclaration,
  names: readonly string[],
  name: string,
  { anyOrder = false, mayLack = () => false }: ColumnLeave = {},
): Promise<{ check: CheckResult; absent: ReadonlySet<string> }> {
  const problems: string[] = [];
  const absent = new Set<string>();
  for (const part of names) {
    const found = await describePart(session, join(directory, part));
    const there = new Set(found.map(nameIn));
    const lacked = dataset.columns.filter((column) => !there.has(column.name) && mayLack(column));
    for (const column of lacked) absent.add(column.name);
    const expected = dataset.columns.filter((column) => !lacked.includes(column));
    const problem = difference(found, (anyOrder ? asFound(expected, found) : expected).map(columnText));
    if (problem !== undefined) problems.push(`${part}: ${problem}`);
  }
  const notice = absent.size > 0 ? `, absent and read as NULL: ${[...absent].join(", ")}` : "";
  return { check: problemCheck(name, problems, `${dataset.columns.length} columns${notice}`), absent };
}

const columnText = ({ name, type }: Column) => `${name} ${duckdbType(type)}`;

const nameIn = (columnText: string) => columnText.slice(0, columnText.indexOf(" "));

/** The columns in file order; those that the file lacks come last. */
function asFound(columns: readonly Column[], found: readonly string[]): Column[] {
  const place = new Map(found.map((text, index) => [nameIn(text), index]));
  const placeOf = ({ name }: Column) => place.get(name) ?? columns.length;
  return [...columns].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Names and types spelled as in the declarations: DuckDB quotes field names that are also keywords. */
async function describePart(session: DuckDbSession, path: string): Promise<string[]> {
  const described = await session.run(`DESCRIBE SELECT * FROM ${readParquet(quotedString(path))}`);
  return described.getRowsJS().map(([name, type]) => `${String(name)} ${String(type).replaceAll('"', "")}`);
}

function difference(found: readonly string[], wanted: readonly string[]): string | undefined {
  const index = wanted.findIndex((column, i) => column !== found[i]);
  if (index >= 0)
    return `column ${index + 1} is ${found[index] ?? "missing"}, not ${wanted[index]} as declared`;
  const extra = found[wanted.length];
  return extra === undefined ? undefined : `has ${extra}, which is not declared`;
}
