import { HISTORY_SCHEMA, rowObjects, type SqlEngine, type SqlValue } from "../../sql/engine.ts";
import { readSql } from "../../sql/sql_files.ts";

/** The latest state of a run in the registry. */
export interface RegistryState {
  status: string;
  details: string;
}

/** A place in a ranking of a run. */
export interface RankedItem {
  place: number;
  item: string;
  releases: number;
  /** Share of all releases of the run, 0 to 1. */
  share: number;
}

/** How many records of one kind differ between two runs. */
export interface RecordedChanges {
  fromRun: string;
  toRun: string;
  /** `artist`, `label`, `master` or `release`. */
  entity: string;
  added: number;
  removed: number;
  changed: number;
}

/** The records of runs in `hive.discogs_history`. */
export interface Recorded {
  states: ReadonlyMap<string, RegistryState>;
  /** By run, then by KPI name; sets v1 and v3. */
  kpis: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By run, then by ranking name; in order of place. */
  rankings: ReadonlyMap<string, ReadonlyMap<string, readonly RankedItem[]>>;
  /** Of the valid comparisons of runs, by the later run, then by the earlier one. */
  changes: readonly RecordedChanges[];
}

type Row = Record<string, SqlValue>;

/** Reads the registry and the valid KPIs. A lake without a history has none; one of an older version lacks some. */
export async function readRecorded(engine: SqlEngine): Promise<Recorded> {
  const views = new Set((await engine.objects(HISTORY_SCHEMA)).map(({ name }) => name));
  const hasRegistry = views.has("run_registry_latest");
  const read = async (view: string, file: string): Promise<Row[]> => {
    if (!hasRegistry || !views.has(view)) return [];
    return rowObjects(await engine.query(readSql(file), { file: `sql/${file}` }));
  };
  const states = await read("run_registry_latest", "history/report_runs.sql");
  const kpis = await read("kpi_snapshot_latest", "history/kpis_long.sql");
  kpis.push(...(await read("kpi_v3_snapshot_latest", "history/kpis_v3_long.sql")));
  const places = await read("kpi_v2_snapshot_latest", "history/kpis_v2_long.sql");
  const changes = await read("change_counts_latest", "history/report_changes.sql");
  return {
    changes: changes.map(changesOf),
    states: new Map(states.map((row) => [text(row.run_id), stateOf(row)])),
    kpis: kpisByRun(kpis),
    rankings: rankingsByRun(places),
  };
}

function stateOf({ status, details }: Row): RegistryState {
  return { status: text(status), details: text(details) };
}

function changesOf({ from_run, to_run, entity, added, removed, changed }: Row): RecordedChanges {
  const counts = { added: Number(added), removed: Number(removed), changed: Number(changed) };
  return { fromRun: text(from_run), toRun: text(to_run), entity: text(entity), ...counts };
}

function kpisByRun(rows: readonly Row[]): Map<string, Map<string, number>> {
  const byRun = new Map<string, Map<string, number>>();
  for (const { run_id, kpi_name, kpi_value } of rows) {
    if (kpi_value === null || kpi_value === undefined) continue;
    ofRun(byRun, text(run_id)).set(text(kpi_name), Number(kpi_value));
  }
  return byRun;
}

function rankingsByRun(rows: readonly Row[]): Map<string, Map<string, RankedItem[]>> {
  const byRun = new Map<string, Map<string, RankedItem[]>>();
  for (const { run_id, kpi_name, place, item, n_releases, share_bp } of rows) {
    const rankings = ofRun(byRun, text(run_id));
    const name = text(kpi_name);
    const items = rankings.get(name) ?? [];
    rankings.set(name, items);
    items.push({
      place: Number(place),
      item: text(item),
      releases: Number(n_releases),
      share: Number(share_bp) / 10_000,
    });
  }
  return byRun;
}

function ofRun<V>(byRun: Map<string, Map<string, V>>, runId: string): Map<string, V> {
  const found = byRun.get(runId) ?? new Map<string, V>();
  byRun.set(runId, found);
  return found;
}

const text = (value: SqlValue | undefined) => (value === null || value === undefined ? "" : String(value));
