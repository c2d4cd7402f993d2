import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type DuckDBAppender,
  DuckDBTimestampMillisecondsValue,
  quotedIdentifier,
  quotedString,
} from "@duckdb/node-api";
import { type Column, duckdbType } from "../../datasets/types.ts";
import { makeDirectory, syncPath } from "../../files/files.ts";
import { assertWritable } from "../../files/guard.ts";
import { temporaryName } from "../../files/paths.ts";
import { requireFittingRows } from "../appended_rows.ts";
import type { SqlValue } from "../engine.ts";
import type { DuckDbSession } from "./session.ts";

/**
 * Writes rows as one new Parquet file in `directory`, atomically for readers: its name begins with `_` until the file is
 * complete and durable. TIMESTAMP(3) becomes Parquet TIMESTAMP(MILLIS), not UTC-adjusted. Throws TypeError and writes nothing if
 * a value is not of its column's type.
 */
export async function writeRows(
  session: DuckDbSession,
  directory: string,
  columns: readonly Column[],
  rows: readonly SqlValue[][],
): Promise<void> {
  requireFittingRows(columns, rows);
  const name = `${new Date().toISOString().replace(/[-:.]/g, "")}_${randomUUID()}.parquet`;
  const temporary = join(directory, temporaryName(name));
  const place = join(directory, name);
  assertWritable(place);
  await makeDirectory(directory);
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
    for (const row of rows) appendRow(appender, row);
    appender.closeSync();
    await session.run(`COPY ${table} TO ${quotedString(path)} (FORMAT parquet, COMPRESSION zstd)`);
  } finally {
    await session.run(`DROP TABLE ${table}`);
  }
}

function appendRow(appender: DuckDBAppender, row: readonly SqlValue[]): void {
  for (const value of row) appendValue(appender, value);
  appender.endRow();
}

/** The value's own type determines its column's: they were compared before. */
function appendValue(appender: DuckDBAppender, value: SqlValue): void {
  if (typeof value === "bigint") appender.appendBigInt(value);
  else if (typeof value === "string") appender.appendVarchar(value);
  else if (typeof value === "boolean") appender.appendBoolean(value);
  else if (value instanceof Date) {
    appender.appendTimestampMilliseconds(new DuckDBTimestampMillisecondsValue(BigInt(value.getTime())));
  } else appender.appendNull();
}
