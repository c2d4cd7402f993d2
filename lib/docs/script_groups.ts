/** Scripts that belong together, as `bin/lake` lists them. */
export interface ScriptGroup {
  title: string;
  scripts: readonly string[];
}

/** Every script by name, or by the beginning of its name if that ends with `*`; the first group that has it counts. */
const GROUPS: readonly ScriptGroup[] = [
  { title: "Query the lake", scripts: ["query", "run_sql_to_csv"] },
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
  { title: "Dumps and samples", scripts: ["download_dumps", "check_dumps", "make_sample_dump", "start"] },
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
  {
    title: "Make data, as the workflows do",
    scripts: ["check_parameters", "preflight", "ingest", "extract_*", "parse_*", "build_*", "rebuild_*"],
  },
  { title: "Test an extractor on a dump", scripts: ["run_test_*"] },
  {
    title: "For developers of this project",
    scripts: [
      "run_tests",
      "test_*",
      "fuzz",
      "bench*",
      "describe_*",
      "compile_parser",
      "generate",
      "pin_engine_jars",
    ],
  },
];

/** Groups these scripts. Scripts that do not exist are omitted, and so are those of no group, which a test reports. */
export function groupScripts(names: readonly string[]): ScriptGroup[] {
  const left = new Set(names);
  const groups = GROUPS.map(({ title, scripts }) => {
    const its = scripts.flatMap((pattern) => [...left].filter((name) => isMeant(name, pattern)));
    for (const name of its) left.delete(name);
    return { title, scripts: its };
  });
  return groups.filter(({ scripts }) => scripts.length > 0);
}

const isMeant = (name: string, pattern: string) =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
