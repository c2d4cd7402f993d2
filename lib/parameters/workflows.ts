import { historyParameters, type Parameter, runParameters } from "./declared.ts";
import { oneOf } from "./rules.ts";

/** The parameters that a workflow takes, of those of its folder. */
export interface WorkflowParameters {
  folder: FolderName;
  /** Each with its declaration, which may be narrower than the folder's. */
  takes: Readonly<Record<string, Parameter>>;
  /** The required ones. */
  needs: readonly string[];
}

/** A directory of workflows. */
export type FolderName = "digdag" | "history";

/** The declarations of each folder of workflows. */
export const parametersOf: Record<FolderName, Readonly<Record<string, Parameter>>> = {
  digdag: runParameters,
  history: historyParameters,
};

type RunName = keyof typeof runParameters;
type HistoryName = keyof typeof historyParameters;

/** The run that a step works on. */
const RUN = ["run_id", "dump_month"] as const;
const BEGIN = [...RUN, "raw_root", "run_mode"] as const;
/** How dumps are read. */
const READING = ["remove_control_characters", "strict"] as const;
const DRIFT = ["max_drop_pct", "max_growth_pct", "accept_drift"] as const;
const MAIN = [
  ...BEGIN,
  "datasets",
  "allow_promote",
  "dry_run",
  "allow_older",
  "do_download",
  "do_xml_tests",
  "publish_to",
  ...DRIFT,
] as const;

/** A promotion requested by name needs no further permission; only contradictions are refused. */
const onlyProd: Parameter = {
  rule: oneOf("prod"),
  default: "",
  meaning: "promote.dig promotes whatever the mode, so dev would contradict it",
};
const onlyTrue: Parameter = {
  rule: oneOf("true"),
  default: "",
  meaning: "promote.dig promotes, so false would contradict it",
};

const PROMOTE = digdag(["promote_run_id", "dry_run", "allow_older", "publish_to", "memory_limit"], {
  needs: ["promote_run_id"],
});

/**
 * Every workflow of the project by name, with its parameters when run on its own. Within another workflow it may get more:
 * promote.dig the run made by main.dig, preflight.dig the parameters to record.
 */
export const workflowParameters: Readonly<Record<string, WorkflowParameters>> = {
  main: digdag([...MAIN, "if_new", ...READING, "auto_rollback", "memory_limit"]),
  preflight: digdag(MAIN),
  download: digdag([...RUN, "raw_root", "do_download"]),
  ingest: digdag([...BEGIN, "datasets", ...READING]),
  ingest_releases: digdag([...RUN, ...READING]),
  ingest_other_dumps: digdag([...RUN, ...READING]),
  build: digdag([...RUN, "memory_limit"]),
  build_from_releases: digdag([...RUN, "memory_limit"]),
  build_from_artists: digdag([...RUN, "memory_limit"]),
  tests_parquet_run: digdag([...RUN, ...DRIFT, "memory_limit"]),
  tests_xml_dev: digdag([...RUN, "raw_root", "remove_control_characters", "memory_limit"]),
  promote: { ...PROMOTE, takes: { ...PROMOTE.takes, run_mode: onlyProd, allow_promote: onlyTrue } },
  rollback: digdag(["rollback_run_id", "dry_run", "publish_to", "memory_limit"]),
  tests_parquet_active: digdag(["memory_limit"]),
  report_trino_active: digdag(["auto_rollback", "publish_to", "memory_limit"]),
  pages: digdag(["memory_limit"]),
  run_sql_to_csv: digdag(["sql_file", "out_dir", "memory_limit"], { needs: ["sql_file", "out_dir"] }),

  history_pipeline: history([
    "only_run_id",
    "include_active",
    "recompute",
    "with_timestamp",
    "out_dir",
    "memory_limit",
  ]),
  register_run_schema: history(["run_id", "memory_limit"], { needs: ["run_id"] }),
  reconcile_register: history(["memory_limit"]),
  update_run_registry: history(["action", "memory_limit"]),
  compute_kpis: history(["only_run_id", "include_active", "recompute", "memory_limit"]),
  compare_months: history(["from_run", "to_run", "memory_limit"]),
  export_history_csv: history(["with_timestamp", "out_dir", "memory_limit"]),
};

/** The parameter of this name; undefined if the workflow takes none, also for a name that every object has (`constructor`). */
export function parameterOf(
  { takes }: Pick<WorkflowParameters, "takes">,
  name: string,
): Parameter | undefined {
  return Object.hasOwn(takes, name) ? takes[name] : undefined;
}

interface Needs {
  needs?: readonly (RunName | HistoryName)[];
}

function digdag(names: readonly RunName[], { needs = [] }: Needs = {}): WorkflowParameters {
  return { folder: "digdag", takes: chosen(runParameters, [...names, "project_root"]), needs };
}

function history(names: readonly HistoryName[], { needs = [] }: Needs = {}): WorkflowParameters {
  return { folder: "history", takes: chosen(historyParameters, [...names, "project_root"]), needs };
}

function chosen<N extends string>(all: Record<N, Parameter>, names: readonly N[]): Record<string, Parameter> {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}
