import { join } from "node:path";
import type { Column, ColumnType } from "../datasets/types.ts";
import { lakePaths } from "../files/paths.ts";
import { CATALOG, type ExternalTable, HISTORY_SCHEMA, type SqlValue } from "../sql/engine.ts";
import { readSql } from "../sql/sql_files.ts";

/** Version of the tables that declare none. */
const SCHEMA_VERSION = 1n;

/** An append-only event table, and its views (SQL in `sql/history/`), of which one shows its latest events. */
export interface EventTable {
  name: string;
  columns: readonly Column[];
  latestView: string;
  /** Other views that read the latest one. */
  furtherViews?: readonly string[];
  /**
   * Version of its columns and of the rules by which its values are computed, in column `schema_version` of new events (see
   * {@link schemaVersionOf}). Values of other versions are computed again (decision 0175).
   */
  schemaVersion?: bigint;
  /** Absolute path of its files in a lake. */
  directory(lake: string): string;
}

/** An event by column name; omitted columns are NULL. */
export type EventRecord = Readonly<Record<string, SqlValue>>;

function columns(types: Readonly<Record<string, ColumnType>>): Column[] {
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
  schemaVersion: 2n,
  directory: (lake) => lakePaths(lake).kpiV2Events,
};

/** Version of the comparisons of runs: a pair of runs that was compared by an older one is compared again. */
export const COMPARISON_VERSION = 1n;

/** Which runs were compared; the batches of the other tables of changes are those of its events with status `ok`. */
export const comparisonEvents: EventTable = {
  name: "comparison_events",
  columns: columns({
    event_ts_utc: "TIMESTAMP(3)",
    from_run: "VARCHAR",
    to_run: "VARCHAR",
    status: "VARCHAR",
    details: "VARCHAR",
    schema_version: "BIGINT",
  }),
  latestView: "comparison_latest",
  furtherViews: ["month_comparisons"],
  schemaVersion: COMPARISON_VERSION,
  directory: changesDirectory("comparison_events"),
};

const ofComparison = { event_ts_utc: "TIMESTAMP(3)", from_run: "VARCHAR", to_run: "VARCHAR" } as const;

/** The records that differ between two runs. */
export const recordChanges: EventTable = {
  name: "record_changes",
  columns: columns({
    ...ofComparison,
    entity: "VARCHAR",
    id: "BIGINT",
    change: "VARCHAR",
    changed_columns: { array: "VARCHAR" },
  }),
  latestView: "record_changes_latest",
  directory: changesDirectory("record_changes"),
};

/** How many values of each column and dataset differ between two runs. */
const changeCounts: EventTable = {
  name: "change_counts",
  columns: columns({
    ...ofComparison,
    entity: "VARCHAR",
    dataset: "VARCHAR",
    column_name: "VARCHAR",
    added: "BIGINT",
    removed: "BIGINT",
    changed: "BIGINT",
  }),
  latestView: "change_counts_latest",
  directory: changesDirectory("change_counts"),
};

/** Where references to records that are gone went. */
const idMoves: EventTable = {
  name: "id_moves",
  columns: columns({
    ...ofComparison,
    entity: "VARCHAR",
    from_id: "BIGINT",
    to_id: "BIGINT",
    n_references: "BIGINT",
  }),
  latestView: "id_moves_latest",
  directory: changesDirectory("id_moves"),
};

function changesDirectory(name: string): EventTable["directory"] {
  return (lake) => join(lakePaths(lake).changes, name);
}

/** The tables that hold what comparisons found, beside their events. */
export const changeTables: readonly EventTable[] = [recordChanges, changeCounts, idMoves];

/** The append-only tables of the history. A view comes after those that it reads. */
export const eventTables: readonly EventTable[] = [
  runRegistryEvents,
  kpiSnapshotEvents,
  kpiV2SnapshotEvents,
  kpiV3SnapshotEvents,
  comparisonEvents,
  ...changeTables,
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

/** The views of a table's events; each comes after those that it reads. */
export function eventViews({
  latestView,
  furtherViews = [],
}: EventTable): { name: string; select: string }[] {
  return [latestView, ...furtherViews].map((name) => ({ name, select: readSql(`history/${name}.sql`) }));
}

/** The `schema_version` of new events of the table. */
export function schemaVersionOf({ schemaVersion = SCHEMA_VERSION }: EventTable): bigint {
  return schemaVersion;
}

/** An event as a row of its table. TypeError for a field that is not a column. */
export function eventRow(table: EventTable, event: EventRecord): SqlValue[] {
  const names = table.columns.map(({ name }) => name);
  const unknown = Object.keys(event).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${table.name} has no column ${unknown}`);
  return names.map((name) => event[name] ?? null);
}
