/** Scripts that belong together, as `bin/lake` lists them. */
export interface ScriptGroup {
  title: string;
  scripts: readonly string[];
}

const GROUPS: readonly ScriptGroup[] = [
  { title: "Ask the lake", scripts: ["query", "run_sql_to_csv"] },
  {
    title: "Runs",
    scripts: [
      "status",
      "diff_runs",
      "promote",
      "rollback",
      "verify_run",
      "discard_run",
      "archive_run",
      "publish_run",
      "seal_run",
      "stage_times",
    ],
  },
  { title: "Dumps", scripts: ["download_dumps", "check_dumps", "make_sample_dump"] },
  {
    title: "Readers",
    scripts: [
      "trino",
      "register_active",
      "register_run_schema",
      "make_duckdb_file",
      "load_postgres",
      "build_report",
    ],
  },
  { title: "Checks", scripts: ["parquet_sanity", "sanity_report", "drift_gate"] },
  {
    title: "History",
    scripts: [
      "reconcile_register",
      "update_run_registry",
      "compute_kpis",
      "compute_kpis_v2",
      "compute_kpis_v3",
      "name_failed_kpis",
      "compare_runs",
      "export_history_csv",
    ],
  },
];

const BY_NAME: readonly [RegExp, string][] = [
  [/^(ingest|extract_|parse_|build_|rebuild_|preflight)/, "Make data"],
  [/^run_test_/, "Checks of the extractors"],
  [/./, "For developers, and for the workflows"],
];

/** Groups these scripts. Every script is in a group, and scripts that do not exist are omitted. */
export function groupScripts(names: readonly string[]): ScriptGroup[] {
  const grouped = new Set(GROUPS.flatMap(({ scripts }) => scripts));
  const named = GROUPS.map(({ title, scripts }) => ({
    title,
    scripts: scripts.filter((name) => names.includes(name)),
  }));
  const rest = names.filter((name) => !grouped.has(name));
  const others = BY_NAME.map(([, title]) => ({
    title,
    scripts: rest.filter((name) => titleOf(name) === title),
  }));
  return [...named, ...others].filter(({ scripts }) => scripts.length > 0);
}

const titleOf = (name: string) => BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
