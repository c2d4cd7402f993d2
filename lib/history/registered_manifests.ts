import { namesIn } from "../files/files.ts";
import { lakePaths } from "../files/paths.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import { rowObjects, type SqlEngine } from "../sql/engine.ts";
import { readSql } from "../sql/sql_files.ts";
import { externalEventTable, HISTORY_SCHEMA, runRegistryEvents } from "./event_tables.ts";

/** How the details of a registered run begin; the sha256 of its manifest follows. */
export const MANIFEST_DETAILS = "manifest_sha256=";

/** What the registry first had of each run's manifest, by run id. Needs the history schema to be there. */
export async function registeredManifests(engine: SqlEngine): Promise<Map<string, RecordedManifest[]>> {
  const file = "history/registered_manifests.sql";
  const rows = rowObjects(await engine.query(readSql(file), { file: `sql/${file}` }));
  return new Map(
    rows.map(({ run_id, event_ts_utc, details }) => {
      const time = event_ts_utc instanceof Date ? event_ts_utc.toISOString() : String(event_ts_utc);
      const sha256 = String(details).slice(MANIFEST_DETAILS.length);
      return [String(run_id), [{ sha256, where: `the registry, ${time}` }]];
    }),
  );
}

/**
 * The same of one run, from the registry's files in the lake, whichever engine wrote them: for steps that also work
 * where the lake's engine is away. Nothing where the lake has no registry.
 */
export async function registeredManifest(lake: string, runId: string): Promise<RecordedManifest[]> {
  const { history, registryEvents, root } = lakePaths(lake);
  if ((await namesIn(registryEvents)).length === 0) return [];
  const { engine } = await openRunEngine(history, { threads: 1 });
  try {
    const table = externalEventTable(lake, runRegistryEvents);
    const location = `${root}/${table.location}`.slice(history.length + 1);
    await engine.createSchema(HISTORY_SCHEMA);
    await engine.externalTable(HISTORY_SCHEMA, { ...table, location });
    return (await registeredManifests(engine)).get(runId) ?? [];
  } finally {
    await engine.close();
  }
}
