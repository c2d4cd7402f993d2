import { datasetName } from "../lake/done.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { readManifest } from "../lake/manifest.ts";
import { ACTIVE_SCHEMA, CATALOG, type SqlEngine } from "../sql/engine.ts";
import type { CheckResult } from "./check.ts";

/**
 * Checks that the engine reads as many rows of each table of `hive.discogs` as the manifest of the run in `dir` records. An
 * engine can read fewer without an error: Trino finds none in a directory whose files are gone. Left out for a run without a
 * manifest.
 */
export async function manifestRowsCheck(engine: SqlEngine, dir: string): Promise<CheckResult[]> {
  const manifest = await readManifest(dir);
  if (manifest === undefined) return [];
  const different: string[] = [];
  for (const { table, directory } of await datasetsIn(dir)) {
    const recorded = manifest.datasets[datasetName(directory)]?.rows;
    const { rows } = await engine.query(`SELECT count(*) FROM ${CATALOG}.${ACTIVE_SCHEMA}.${table}`);
    const found = rows[0]?.[0];
    if (String(found) !== String(recorded)) different.push(`${table} has ${found} of ${recorded}`);
  }
  const details = ["tables with other numbers of rows than in manifest.json", ...different].join("; ");
  const value = BigInt(different.length);
  return [{ name: "manifest.rows", severity: "CRITICAL", ok: value === 0n, value, details }];
}
