import { readdirSync } from "node:fs";
import { join } from "node:path";
import { quotedString } from "@duckdb/node-api";
import { ExpectedError, hasCode, oneLine } from "../cli/errors.ts";
import { type Column, duckdbType, type TableDeclaration } from "../datasets/types.ts";
import { isParquetFile } from "../files/paths.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { type CheckResult, problemCheck } from "./check.ts";

/** What the files of a dataset say of themselves. */
export interface Parts {
  /** File names in order. */
  names: string[];
  rows: bigint;
  problems: string[];
}

/**
 * Reads the parts of a dataset: every footer, and with `decode` every value. Problems are a missing directory, no
 * part, a part that can't be read, a partial extract, and files that Trino would take for parts.
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

/**
 * Compares names and types of every part's columns with the declaration, in order. With `original`, the order is free
 * and the columns that were added to the historical contract may be absent, and the check says so: engines read by
 * name, and an absent column as NULL.
 */
export async function checkColumns(
  session: DuckDbSession,
  directory: string,
  dataset: TableDeclaration,
  names: readonly string[],
  options: { name: string; original: boolean },
): Promise<CheckResult> {
  const wanted = dataset.columns.map(columnText);
  const problems: string[] = [];
  const absent = new Set<string>();
  for (const name of names) {
    const found = await describePart(session, join(directory, name));
    const expected = options.original ? asFound(dataset.columns, found, absent) : wanted;
    const problem = difference(found, expected);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
  }
  const notice = absent.size > 0 ? `, absent and read as NULL: ${[...absent].join(", ")}` : "";
  return problemCheck(options.name, problems, `${wanted.length} columns${notice}`);
}

const columnText = ({ name, type }: Column) => `${name} ${duckdbType(type)}`;

/** The declared columns in the order of the file, without added ones that it has not; those are noted in `absent`. */
function asFound(columns: readonly Column[], found: readonly string[], absent: Set<string>): string[] {
  const place = new Map(found.map((text, index) => [text.slice(0, text.indexOf(" ")), index]));
  const missing = columns.filter(({ name, added }) => added === true && !place.has(name));
  for (const { name } of missing) absent.add(name);
  return columns
    .filter((column) => !missing.includes(column))
    .sort((a, b) => (place.get(a.name) ?? columns.length) - (place.get(b.name) ?? columns.length))
    .map(columnText);
}

/** Names and types as the declarations spell them: DuckDB quotes field names that are also keywords. */
async function describePart(session: DuckDbSession, path: string): Promise<string[]> {
  const described = await session.run(`DESCRIBE SELECT * FROM ${readParquet(quotedString(path))}`);
  return described.getRowsJS().map(([name, type]) => `${String(name)} ${String(type).replaceAll('"', "")}`);
}

function difference(found: readonly string[], wanted: readonly string[]): string | undefined {
  const index = wanted.findIndex((column, i) => column !== found[i]);
  if (index >= 0) return `column ${index + 1} is ${found[index] ?? "missing"}, declared is ${wanted[index]}`;
  const extra = found[wanted.length];
  return extra === undefined ? undefined : `has ${extra}, which is not declared`;
}
