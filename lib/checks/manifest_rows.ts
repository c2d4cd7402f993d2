import type { TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import { readManifest } from "../lake/manifest.ts";
import type { SqlEngine } from "../sql/engine.ts";
import type { CheckResult } from "./check.ts";
import { activeTable } from "./check_statement.ts";

/**
 * Checks that the engine reads as many rows of each table of `hive.discogs` as the manifest of the run in `dir` records, which
 * has the datasets `has`. An engine can read fewer without an error: Trino finds none in a directory whose files are gone. Left
 * out for a run without a manifest.
 */
export async function manifestRowsCheck(
  engine: SqlEngine,
  dir: string,
  has: readonly TableDeclaration[],
): Promise<CheckResult[]> {
  const manifest = await readManifest(dir);
  if (manifest === undefined) return [];
  const different: string[] = [];
  for (const { table, directory } of has) {
    const recorded = manifest.datasets[datasetName(directory)]?.rows;
    const { rows } = await engine.query(`SELECT count(*) FROM ${activeTable(table)}`);
    const found = rows[0]?.[0];
    if (String(found) !== String(recorded)) different.push(`${table} has ${found} of ${recorded}`);
  }
  const details = ["tables with other numbers of rows than in manifest.json", ...different].join("; ");
  const value = BigInt(different.length);
  return [{ name: "manifest.rows", severity: "CRITICAL", ok: value === 0n, value, details }];
}
