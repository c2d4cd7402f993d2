import type { Column, ScalarType } from "../datasets/types.ts";
import { lakePaths } from "../files/paths.ts";
import { CATALOG, type ExternalTable, type SqlValue } from "../sql/engine.ts";

/** The schema of everything kept across runs. */
export const HISTORY_SCHEMA = "discogs_history";
/** Version of the event columns, recorded in column `schema_version`. */
export const SCHEMA_VERSION = 1n;

/** An append-only event table, and the view of its latest events (SQL in `sql/history/`). */
export interface EventTable {
  name: string;
  columns: readonly Column[];
  latestView: string;
  /** Absolute path of its files in a lake. */
  directory(lake: string): string;
}

/** An event by column name; omitted columns are NULL. */
export type EventRecord = Readonly<Record<string, SqlValue>>;

function columns(types: Readonly<Record<string, ScalarType>>): Column[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

/** The status of each run over time (the data contract, SQL objects). */
export const runRegistryEvents: EventTable = {
  name: "run_registry_events",
  columns: columns({
    event_ts_utc: "TIMESTAMP(3)",
    run_id: "VARCHAR",
    schema_name: "VARCHAR",
    is_active: "BOOLEAN",
    action: "VARCHAR",
    status: "VARCHAR",
    details: "VARCHAR",
    dump_month: "VARCHAR",
    dump_date: "VARCHAR",
    run_mode: "VARCHAR",
    git_sha: "VARCHAR",
    schema_version: "BIGINT",
  }),
  latestView: "run_registry_latest",
  directory: (lake) => lakePaths(lake).registryEvents,
};

/** The result of each KPI computation. */
export const kpiSnapshotEvents: EventTable = {
  name: "kpi_snapshot_events",
  columns: columns({
    event_ts_utc: "TIMESTAMP(3)",
    run_id: "VARCHAR",
    schema_name: "VARCHAR",
    kpi_name: "VARCHAR",
    kpi_value: "BIGINT",
    status: "VARCHAR",
    details: "VARCHAR",
    schema_version: "BIGINT",
  }),
  latestView: "kpi_snapshot_latest",
  directory: (lake) => lakePaths(lake).kpiEvents,
};

/** The result of each KPI computation of set v3. */
export const kpiV3SnapshotEvents: EventTable = {
  ...kpiSnapshotEvents,
  name: "kpi_v3_snapshot_events",
  latestView: "kpi_v3_snapshot_latest",
  directory: (lake) => lakePaths(lake).kpiV3Events,
};

/** The result of each ranking (KPI set v2), one row per place. */
export const kpiV2SnapshotEvents: EventTable = {
  name: "kpi_v2_snapshot_events",
  columns: columns({
    event_ts_utc: "TIMESTAMP(3)",
    run_id: "VARCHAR",
    schema_name: "VARCHAR",
    kpi_name: "VARCHAR",
    place: "BIGINT",
    item: "VARCHAR",
    n_releases: "BIGINT",
    share_bp: "BIGINT",
    status: "VARCHAR",
    details: "VARCHAR",
    schema_version: "BIGINT",
  }),
  latestView: "kpi_v2_snapshot_latest",
  directory: (lake) => lakePaths(lake).kpiV2Events,
};

/** The append-only tables of the history. */
export const eventTables: readonly EventTable[] = [
  runRegistryEvents,
  kpiSnapshotEvents,
  kpiV2SnapshotEvents,
  kpiV3SnapshotEvents,
];

/** `hive.discogs_history.<name>` */
export function historyName(name: string): string {
  return `${CATALOG}.${HISTORY_SCHEMA}.${name}`;
}

/** The table as declared to the engines, each of which appends files of its own. */
export function externalEventTable(lake: string, table: EventTable): ExternalTable {
  const location = table.directory(lake).slice(lakePaths(lake).root.length + 1);
  return { name: table.name, columns: table.columns, location, files: "all" };
}

/** An event as a row of its table. TypeError for a field that is not a column. */
export function eventRow(table: EventTable, event: EventRecord): SqlValue[] {
  const names = table.columns.map(({ name }) => name);
  const unknown = Object.keys(event).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${table.name} has no column ${unknown}`);
  return names.map((name) => event[name] ?? null);
}
