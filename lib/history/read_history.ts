import { tmpdir } from "node:os";
import { namesIn } from "../files/files.ts";
import { lakePaths } from "../files/paths.ts";
import { temporaryDirectory } from "../files/temporary_directory.ts";
import { memoryCatalog } from "../sql/duckdb/catalog.ts";
import { duckDbEngine } from "../sql/duckdb/engine.ts";
import { openSession } from "../sql/duckdb/session.ts";
import { HISTORY_SCHEMA, type SqlEngine } from "../sql/engine.ts";
import { type EventTable, eventViews, externalEventTable } from "./event_tables.ts";

/**
 * Runs `read` on the events of these tables, whichever engine wrote them, and on their views, which must read no other tables.
 * Writes nothing to the lake and contacts no server. Undefined if the lake has no events of one of the tables.
 */
export async function readHistory<T>(
  lake: string,
  tables: readonly EventTable[],
  read: (engine: SqlEngine) => Promise<T>,
): Promise<T | undefined> {
  return readEvents(lake, tables, async (engine) => {
    for (const { name, select } of tables.flatMap(eventViews)) {
      await engine.view(HISTORY_SCHEMA, name, select);
    }
    return read(engine);
  });
}

/** The same without the views. */
export async function readEvents<T>(
  lake: string,
  tables: readonly EventTable[],
  read: (engine: SqlEngine) => Promise<T>,
): Promise<T | undefined> {
  const { root, history } = lakePaths(lake);
  for (const table of tables) {
    const names = await namesIn(table.directory(lake));
    if (!names.some((name) => !/^[._]/.test(name))) return undefined;
  }
  const temporary = await temporaryDirectory(tmpdir(), "duckdb");
  const session = await openSession({ threads: 1, directories: [history], temporary });
  const engine = duckDbEngine({
    session,
    catalog: memoryCatalog(),
    locate: (location) => `${root}/${location}`,
  });
  try {
    await engine.createSchema(HISTORY_SCHEMA);
    for (const table of tables) {
      await engine.externalTable(HISTORY_SCHEMA, externalEventTable(lake, table));
    }
    return await read(engine);
  } finally {
    await engine.close();
  }
}
