import type { Column, ScalarType } from "../datasets/types.ts";
import { lakePaths } from "../files/paths.ts";
import { CATALOG, type ExternalTable, type SqlValue } from "../sql/engine.ts";

/** The schema of everything that is kept across runs. */
export const HISTORY_SCHEMA = "discogs_history";
/** The first version of every table: see {@link EventTable.schemaVersion}. */
export const SCHEMA_VERSION = 1n;

/** An append-only table of events, and the view that shows the last ones; the view's SQL is in `sql/history/`. */
export interface EventTable {
  name: string;
  columns: readonly Column[];
  latestView: string;
  /**
   * What its new events have in their column `schema_version`: the version of the columns and of the rules by which
   * values are computed. Values of another version are computed anew (decision 0175).
   */
  schemaVersion: bigint;
  /** Where its files are in a lake, as an absolute path. */
  directory(lake: string): string;
}

/** An event by column name; columns that are left out are NULL. */
export type EventRecord = Readonly<Record<string, SqlValue>>;

function columns(types: Readonly<Record<string, ScalarType>>): Column[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

/** What became of each run (the data contract, SQL objects). */
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
  schemaVersion: SCHEMA_VERSION,
  directory: (lake) => lakePaths(lake).registryEvents,
};

/** What each computation of a KPI gave. */
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
  schemaVersion: SCHEMA_VERSION,
  directory: (lake) => lakePaths(lake).kpiEvents,
};

/** What each computation of a KPI of set v3 gave. */
export const kpiV3SnapshotEvents: EventTable = {
  ...kpiSnapshotEvents,
  name: "kpi_v3_snapshot_events",
  latestView: "kpi_v3_snapshot_latest",
  schemaVersion: SCHEMA_VERSION,
  directory: (lake) => lakePaths(lake).kpiV3Events,
};

/** What each computation of a ranking (KPI set v2) gave, one row for each place in it. */
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
  schemaVersion: SCHEMA_VERSION,
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

/** The table as engines declare it: every engine appends files of its own. */
export function externalEventTable(lake: string, table: EventTable): ExternalTable {
  const location = table.directory(lake).slice(lakePaths(lake).root.length + 1);
  return { name: table.name, columns: table.columns, location, files: "all" };
}

/** An event as a row of its table. TypeError for a field that is no column. */
export function eventRow(table: EventTable, event: EventRecord): SqlValue[] {
  const names = table.columns.map(({ name }) => name);
  const unknown = Object.keys(event).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${table.name} has no column ${unknown}`);
  return names.map((name) => event[name] ?? null);
}
