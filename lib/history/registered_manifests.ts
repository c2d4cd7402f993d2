import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { rowObjects, type SqlEngine } from "../sql/engine.ts";
import { readSql } from "../sql/sql_files.ts";
import { runRegistryEvents } from "./event_tables.ts";
import { readHistory } from "./read_history.ts";

/** Prefix of a registered run's details; the sha256 of its manifest follows. */
export const MANIFEST_DETAILS = "manifest_sha256=";

/** The first recorded sha256 of each run's manifest, by run id. The history schema must exist. */
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
 * The same for one run, read from the registry's files in the lake, whichever engine wrote them, for steps that also work while
 * the lake's engine is down. Empty if the lake has no registry.
 */
export async function registeredManifest(lake: string, runId: string): Promise<RecordedManifest[]> {
  const found = await readHistory(lake, [runRegistryEvents], registeredManifests);
  return found?.get(runId) ?? [];
}
