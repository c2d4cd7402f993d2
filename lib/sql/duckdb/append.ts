import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  type DuckDBAppender,
  DuckDBTimestampMillisecondsValue,
  quotedIdentifier,
  quotedString,
} from "@duckdb/node-api";
import { withCleanup } from "../../cli/errors.ts";
import { type Column, duckdbType } from "../../datasets/types.ts";
import { makeDirectory, syncPath } from "../../files/files.ts";
import { assertWritable } from "../../files/guard.ts";
import { halfMade } from "../../files/half_made.ts";
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
  await writeWhole(join(directory, name), (temporary) => copyRows(session, temporary, columns, rows));
}

/** Writes the rows of a SELECT as one Parquet file, which readers see whole or not at all. */
export async function writeSelect(session: DuckDbSession, place: string, select: string): Promise<void> {
  await writeWhole(place, (temporary) => copyTo(session, `(${select})`, temporary));
}

async function writeWhole(place: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const directory = dirname(place);
  const temporary = join(directory, temporaryName(basename(place)));
  assertWritable(place);
  await makeDirectory(directory);
  const isDone = halfMade(temporary);
  const publish = async () => {
    await write(temporary);
    await syncPath(temporary);
    await rename(temporary, place);
  };
  await withCleanup(publish, async () => {
    await rm(temporary, { force: true });
    isDone();
  });
  await syncPath(directory);
}

async function copyTo(session: DuckDbSession, what: string, path: string): Promise<void> {
  await session.run(`COPY ${what} TO ${quotedString(path)} (FORMAT parquet, COMPRESSION zstd)`);
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
  const fill = async () => {
    const appender = await session.connection.createAppender(table);
    for (const row of rows) appendRow(appender, row);
    appender.closeSync();
    await copyTo(session, table, path);
  };
  await withCleanup(fill, async () => void (await session.run(`DROP TABLE ${table}`)));
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
