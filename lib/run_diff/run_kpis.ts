import { kpiSnapshotEvents, kpiV3SnapshotEvents } from "../history/event_tables.ts";
import { kpisV1, namesOf } from "../history/kpis.ts";
import { kpisV3 } from "../history/kpis_v3.ts";
import { readHistory } from "../history/read_history.ts";
import { isNotApplicable } from "../history/run_kpis.ts";
import { rowObjects } from "../sql/engine.ts";
import { readSql } from "../sql/sql_files.ts";
import type { Figure } from "./figures.ts";

const SETS = [
  { set: kpisV1, table: kpiSnapshotEvents, file: "history/kpi_snapshot_latest.sql" },
  { set: kpisV3, table: kpiV3SnapshotEvents, file: "history/kpi_v3_snapshot_latest.sql" },
];

/** The KPIs of a run in the history by name, in the order of their sets. */
export async function kpisOf(lake: string, runId: string): Promise<Map<string, Figure>> {
  const kpis = new Map<string, Figure>();
  for (const { set, table, file } of SETS) {
    for (const name of namesOf(set)) kpis.set(name, "not computed");
    const rows = await readHistory(lake, [table], async (engine) =>
      rowObjects(await engine.query(readSql(file), { file: `sql/${file}` })),
    );
    for (const row of rows ?? []) {
      const name = String(row.kpi_name);
      if (row.run_id !== runId || !kpis.has(name)) continue;
      if (typeof row.kpi_value === "bigint") kpis.set(name, Number(row.kpi_value));
      else if (isNotApplicable({ status: String(row.status), details: textOf(row.details) })) {
        kpis.set(name, "not made");
      }
    }
  }
  return kpis;
}

const textOf = (value: unknown) => (typeof value === "string" ? value : null);
