import { randomUUID } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type DuckDBAppender,
  DuckDBTimestampMillisecondsValue,
  quotedIdentifier,
  quotedString,
} from "@duckdb/node-api";
import { type Column, type ColumnType, duckdbType } from "../../datasets/types.ts";
import { syncPath } from "../../lake/files.ts";
import { assertWritable } from "../../lake/guard.ts";
import { temporaryName } from "../../lake/paths.ts";
import type { SqlValue } from "../engine.ts";
import type { DuckDbSession } from "./session.ts";

/**
 * Writes rows as one new Parquet file in `directory`, which readers see whole or not at all: the name begins with
 * `_` until the file is complete and durable. TIMESTAMP(3) becomes Parquet TIMESTAMP(MILLIS), not UTC-adjusted.
 * Throws TypeError, and writes nothing, when a value is not of its column's type.
 */
export async function writeRows(
  session: DuckDbSession,
  directory: string,
  columns: readonly Column[],
  rows: readonly SqlValue[][],
): Promise<void> {
  const name = `${new Date().toISOString().replace(/[-:.]/g, "")}_${randomUUID()}.parquet`;
  const temporary = join(directory, temporaryName(name));
  const place = join(directory, name);
  assertWritable(place);
  await mkdir(directory, { recursive: true });
  try {
    await copyRows(session, temporary, columns, rows);
    await syncPath(temporary);
    await rename(temporary, place);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncPath(directory);
}

async function copyRows(
  session: DuckDbSession,
  path: string,
  columns: readonly Column[],
  rows: readonly SqlValue[][],
): Promise<void> {
  const table = `appended_${randomUUID().replaceAll("-", "")}`;
  const declared = columns
    .map(({ name, type }) => `${quotedIdentifier(name)} ${duckdbType(type)}`)
    .join(", ");
  await session.run(`CREATE TEMP TABLE ${table} (${declared})`);
  try {
    const appender = await session.connection.createAppender(table);
    for (const row of rows) appendRow(appender, columns, row);
    appender.closeSync();
    await session.run(`COPY ${table} TO ${quotedString(path)} (FORMAT parquet, COMPRESSION zstd)`);
  } finally {
    await session.run(`DROP TABLE ${table}`);
  }
}

function appendRow(appender: DuckDBAppender, columns: readonly Column[], row: readonly SqlValue[]): void {
  if (row.length !== columns.length) {
    throw new TypeError(`a row has ${row.length} values, the table ${columns.length} columns`);
  }
  columns.forEach(({ name, type }, index) => {
    appendValue(appender, name, type, row[index] ?? null);
  });
  appender.endRow();
}

function appendValue(appender: DuckDBAppender, name: string, type: ColumnType, value: SqlValue): void {
  if (value === null) appender.appendNull();
  else if (type === "BIGINT" && typeof value === "bigint") appender.appendBigInt(value);
  else if (type === "VARCHAR" && typeof value === "string") appender.appendVarchar(value);
  else if (type === "BOOLEAN" && typeof value === "boolean") appender.appendBoolean(value);
  else if (type === "TIMESTAMP(3)" && value instanceof Date) {
    appender.appendTimestampMilliseconds(new DuckDBTimestampMillisecondsValue(BigInt(value.getTime())));
  } else throw new TypeError(`${name}: ${String(value)} can't be appended as ${JSON.stringify(type)}`);
}
