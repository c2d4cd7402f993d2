import type { Logger } from "../cli/log.ts";
import { kindOf, makeDirectory } from "../files/files.ts";
import { historyLockPath, lakePaths, TEMPORARY_PREFIX } from "../files/paths.ts";
import { removeLeftovers } from "../files/temporary_file.ts";
import { waitAloud, withLockAfter } from "../files/waiting_lock.ts";
import { mayWrite } from "../files/writable.ts";
import { HISTORY_SCHEMA, type SqlEngine } from "../sql/engine.ts";
import {
  type EventRecord,
  type EventTable,
  eventRow,
  eventTables,
  eventViews,
  externalEventTable,
  historyName,
  schemaVersionOf,
} from "./event_tables.ts";
import { hideIncompleteFiles } from "./incomplete_files.ts";
import { historyOfFiles } from "./open_history.ts";

/** How long a step waits for another that is writing the history: KPIs of many months take a while. */
const WAIT_MS = 30 * 60_000;

/** What a history step works with. */
export interface HistoryContext {
  lake: string;
  engine: SqlEngine;
  log: Logger;
}

/**
 * Runs a step while no other step, in any process, writes to the history or to a run's schema. Waits for a running step; throws
 * an ExpectedError that names it after half an hour.
 */
export async function whileNoOtherWrites<T>(
  { lake, log }: HistoryContext,
  what: string,
  step: () => Promise<T>,
): Promise<T> {
  return withLockAfter(historyLockPath(lake), what, waitAloud(WAIT_MS, log), step);
}

/** Like the above, after creating the event tables and views that are missing. */
export async function inHistory<T>(
  context: HistoryContext,
  what: string,
  step: () => Promise<T>,
): Promise<T> {
  return whileNoOtherWrites(context, what, async () => {
    await ensureHistory(context);
    return step();
  });
}

/**
 * Like {@link inHistory}, for a step that only reads the history. Whoever may not write to the lake neither waits for other steps nor
 * creates anything.
 */
export async function readingHistory<T>(
  context: HistoryContext,
  what: string,
  step: () => Promise<T>,
): Promise<T> {
  return (await mayWrite(lakePaths(context.lake).meta)) ? inHistory(context, what, step) : step();
}

/** Creates what the engine lacks of `hive.discogs_history` while the lake has its files, written by another engine. */
export async function registerHistory(context: HistoryContext): Promise<void> {
  const { tables, views } = await historyOfFiles(context.lake);
  const there = new Set((await context.engine.objects(HISTORY_SCHEMA)).map(({ name }) => name));
  if ([...tables, ...views].every(({ name }) => there.has(name))) return;
  await inHistory(context, "registering the history", async () => undefined);
}

/** Creates what is missing in `hive.discogs_history`. The rest is left unchanged, except that unfinished files are hidden. */
async function ensureHistory({ lake, engine, log }: HistoryContext): Promise<void> {
  for (const table of eventTables) {
    const directory = table.directory(lake);
    if ((await kindOf(directory)) === "directory") await removeLeftovers(directory, TEMPORARY_PREFIX);
    await hideIncompleteFiles(directory, log);
  }
  const there = new Set((await engine.objects(HISTORY_SCHEMA)).map(({ name }) => name));
  await engine.atOnce(HISTORY_SCHEMA, () => makeMissing({ lake, engine }, there));
}

async function makeMissing(
  { lake, engine }: Pick<HistoryContext, "lake" | "engine">,
  there: ReadonlySet<string>,
): Promise<void> {
  const isMissing = (name: string) => !there.has(name);
  if (there.size === 0) await engine.createSchema(HISTORY_SCHEMA);
  for (const table of eventTables.filter(({ name }) => isMissing(name))) {
    const directory = table.directory(lake);
    await makeDirectory(directory);
    await engine.externalTable(HISTORY_SCHEMA, externalEventTable(lake, table));
  }
  for (const { name, select } of eventTables.flatMap(eventViews)) {
    if (isMissing(name)) await engine.view(HISTORY_SCHEMA, name, select);
  }
}

/**
 * Appends a batch of events, all with the same time: now, or one millisecond after the table's newest event. Each run's events
 * form a group, and an interrupted append leaves every group whole or absent (see the engine's `appendRows`). Fills in
 * event_ts_utc and schema_version. To be called within {@link inHistory}. Returns the time, or undefined when there were no
 * events to write. `at` is the time if it was taken before, by {@link nextEventTime}.
 */
export async function appendEvents(
  engine: SqlEngine,
  table: EventTable,
  runs: readonly (readonly EventRecord[])[],
  at?: Date,
): Promise<Date | undefined> {
  if (runs.every((events) => events.length === 0)) return undefined;
  const time = at ?? (await nextEventTime(engine, table));
  const stamp = { event_ts_utc: time, schema_version: schemaVersionOf(table) };
  const groups = runs.map((events) => events.map((event) => eventRow(table, { ...event, ...stamp })));
  await engine.appendRows(HISTORY_SCHEMA, table.name, groups);
  return time;
}

/** The time of the next batch of events of a table. */
export async function nextEventTime(engine: SqlEngine, table: EventTable): Promise<Date> {
  const { rows } = await engine.query(`SELECT max(event_ts_utc) FROM ${historyName(table.name)}`);
  const newest = rows[0]?.[0];
  return new Date(Math.max(Date.now(), newest instanceof Date ? newest.getTime() + 1 : 0));
}
