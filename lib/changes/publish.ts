import { join } from "node:path";
import { quotedString } from "@duckdb/node-api";
import type { Logger } from "../cli/log.ts";
import { kindOf, namesIn } from "../files/files.ts";
import {
  changeTables,
  comparisonEvents,
  type EventTable,
  externalEventTable,
  historyName,
} from "../history/event_tables.ts";
import { appendEvents, type HistoryContext, nextEventTime } from "../history/history_schema.ts";
import { hideFile } from "../history/incomplete_files.ts";
import { writeSelect } from "../sql/duckdb/append.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";
import { HISTORY_SCHEMA } from "../sql/engine.ts";
import type { RunPair } from "./compared.ts";

/** A batch's file: its time to the millisecond, then its runs. */
const BATCH_FILE = /^(\d{8}T\d{9}Z)_.*\.parquet$/;
/** The columns that every row of a batch has. */
const BATCH_COLUMNS = 3;

/**
 * Appends the results of a comparison from the session's temporary tables: a file per table, then the event with status `ok`
 * that makes the batch valid. Called within `inHistory`.
 */
export async function publishComparison(
  { lake, engine }: HistoryContext,
  session: DuckDbSession,
  { from, to }: RunPair,
  details: string | null,
): Promise<void> {
  const time = await nextEventTime(engine, comparisonEvents);
  const name = `${stampOf(time)}_${from.runId}_${to.runId}.parquet`;
  const batch =
    `CAST(TIMESTAMP ${quotedString(time.toISOString().slice(0, -1))} AS TIMESTAMP_MS) AS event_ts_utc, ` +
    `${quotedString(from.runId)} AS from_run, ${quotedString(to.runId)} AS to_run`;
  for (const table of changeTables) {
    const own = table.columns.slice(BATCH_COLUMNS);
    const columns = own.map((column) => column.name);
    const order = own.filter(({ type }) => typeof type === "string").map((column) => column.name);
    const select = `SELECT ${batch}, ${columns.join(", ")} FROM ${table.name} ORDER BY ${order.join(", ")}`;
    const isFirst = (await namesIn(table.directory(lake))).length === 0;
    await writeSelect(session, join(table.directory(lake), name), select);
    // A session of the embedded engine that knows the table without files would not see the first one.
    if (isFirst) await engine.externalTable(HISTORY_SCHEMA, externalEventTable(lake, table));
  }
  await recordComparison(engine, { from, to }, { status: "ok", details }, time);
}

/** Appends the event of a comparison. */
export async function recordComparison(
  engine: HistoryContext["engine"],
  { from, to }: RunPair,
  outcome: { status: "ok" | "failed"; details: string | null },
  time?: Date,
): Promise<void> {
  const event = { from_run: from.runId, to_run: to.runId, ...outcome };
  await appendEvents(engine, comparisonEvents, [[event]], time);
}

/**
 * Hides the files of batches without an event, left by a killed comparison, under names that engines ignore. Called within
 * `inHistory`.
 */
export async function hideUnpublished({ lake, engine, log }: HistoryContext): Promise<void> {
  const { rows } = await engine.query(
    `SELECT DISTINCT event_ts_utc FROM ${historyName(comparisonEvents.name)} WHERE status = 'ok'`,
  );
  const published = new Set(rows.map(([time]) => (time instanceof Date ? stampOf(time) : "")));
  for (const table of changeTables) await hideOthers(table.directory(lake), published, log);
}

async function hideOthers(
  directory: ReturnType<EventTable["directory"]>,
  published: ReadonlySet<string>,
  log: Logger,
): Promise<void> {
  if ((await kindOf(directory)) !== "directory") return;
  for (const name of await namesIn(directory)) {
    const [, stamp] = BATCH_FILE.exec(name) ?? [];
    if (stamp === undefined || published.has(stamp)) continue;
    await hideFile(directory, name, "belongs to an unfinished comparison", log);
  }
}

const stampOf = (time: Date) => time.toISOString().replace(/[-:.]/g, "");
