import { join } from "node:path";
import { writeFileAtomic } from "../files/files.ts";
import { reportStamp } from "../lake/reports.ts";
import type { QueryResult, SqlEngine } from "../sql/engine.ts";
import { resultCsv } from "../sql/render_result.ts";
import { readSql } from "../sql/sql_files.ts";
import { type FailedKpi, failedKpis } from "./failed_kpis.ts";
import { type HistoryContext, inHistory } from "./history_schema.ts";
import { kpisV1, namesOf } from "./kpis.ts";
import { kpisV3 } from "./kpis_v3.ts";
import { wideResult } from "./wide.ts";

/** Options of a history export. */
export interface ExportOptions {
  outDir: string;
  /** Also write copies with the time in their names, next to the `_latest` files. */
  withTimestamp: boolean;
}

/** The CSV files written, with their row counts, and the KPIs that failed. */
export interface Exported {
  files: { path: string; rows: number }[];
  failed: FailedKpi[];
}

/**
 * Writes the valid KPIs of every complete run as CSV (the data contract, KPIs): `history_kpis_long_latest.csv`, a row for each
 * run and KPI; `history_kpis_wide_latest.csv`, a row for each run; `history_kpis_v2_long_latest.csv`, the rankings; and both
 * forms of set v3, where a KPI that never had a value gives the reason. Each file is replaced atomically.
 */
export async function exportHistoryCsv(
  context: HistoryContext,
  { outDir, withTimestamp }: ExportOptions,
): Promise<Exported> {
  const { engine } = context;
  const [results, failed] = await inHistory(context, "exporting the history", async () => {
    const long = await read(engine, "kpis_long");
    const rankings = await read(engine, "kpis_v2_long");
    const longV3 = await read(engine, "kpis_v3_long");
    const all: [string, QueryResult][] = [
      ["history_kpis_long", long],
      ["history_kpis_wide", wideResult(long, namesOf(kpisV1))],
      ["history_kpis_v2_long", rankings],
      ["history_kpis_v3_long", longV3],
      ["history_kpis_v3_wide", wideResult(longV3, namesOf(kpisV3))],
    ];
    return [all, await failedKpis(engine)] as const;
  });
  const suffixes = withTimestamp ? [reportStamp(new Date()), "latest"] : ["latest"];
  const files: Exported["files"] = [];
  for (const suffix of suffixes) {
    for (const [name, result] of results) {
      const path = join(outDir, `${name}_${suffix}.csv`);
      await writeFileAtomic(path, resultCsv(result));
      files.push({ path, rows: result.rows.length });
    }
  }
  return { files, failed };
}

function read(engine: SqlEngine, name: string): Promise<QueryResult> {
  const file = `history/${name}.sql`;
  return engine.query(readSql(file), { file: `sql/${file}` });
}
