import { kindOf } from "../files/files.ts";
import { type EngineContext, openEngine } from "../sql/choose.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { type FileSchema, HISTORY_SCHEMA, type SqlEngine } from "../sql/engine.ts";
import { eventTables, eventViews, externalEventTable } from "./event_tables.ts";

/**
 * The engine of a lake, with `hive.discogs_history`: on the embedded engine that is there as soon as any engine has
 * written events, because both engines keep them in the same files; on a Trino it is what was registered there.
 */
export async function openEngineWithHistory(
  lake: string,
  limits: SessionLimits = {},
  context: EngineContext = {},
): Promise<SqlEngine> {
  return openEngine(lake, limits, { ...context, schemas: [await historyOfFiles(lake)] });
}

/** The event tables of which the lake has a directory, and their views. */
export async function historyOfFiles(lake: string): Promise<FileSchema> {
  const there = [];
  for (const table of eventTables) {
    if ((await kindOf(table.directory(lake))) === "directory") there.push(table);
  }
  return {
    schema: HISTORY_SCHEMA,
    tables: there.map((table) => externalEventTable(lake, table)),
    views: there.flatMap(eventViews),
  };
}
