import {
  acceptedDrift,
  memorySize,
  month,
  oneOf,
  path,
  percent,
  type Rule,
  runDatasets,
  runId,
  trueOrFalse,
  word,
} from "./rules.ts";

/** A parameter of workflows, given with `-p name=value`. */
export interface Parameter {
  rule: Rule;
  /** The value that a workflow takes where none is given; empty: none. */
  default: string;
  /** What holds without a value, where `default` does not say it. Markdown. */
  otherwise?: string;
  meaning: string;
  /** Name of an `_export` of a workflow: where it is there, the default is `true`. */
  trueWhere?: string;
}

const projectRoot: Parameter = {
  rule: path,
  default: "..",
  otherwise: "the folder above the workflow's",
  meaning: "the checkout",
};

const memoryLimit: Parameter = {
  rule: memorySize,
  default: "",
  otherwise: "`$DISCOGS_MEMORY_LIMIT`, or 2GB",
  meaning: "memory of the embedded engine, in each step that asks it; what does not fit goes to disk",
};

/** The parameters of the workflows in digdag/. */
export const runParameters = {
  project_root: projectRoot,
  dump_month: {
    rule: month,
    default: "",
    otherwise: "the newest month under raw_root with four files",
    meaning: "the month of the dump",
  },
  run_mode: {
    rule: oneOf("dev", "prod"),
    default: "dev",
    meaning: "the mode of the run; main.dig promotes with prod only",
  },
  allow_promote: {
    rule: trueOrFalse,
    default: "true",
    meaning: "whether main.dig promotes in run_mode=prod",
  },
  dry_run: {
    rule: trueOrFalse,
    default: "false",
    meaning: "whether promotion and rollback only say what they would do",
  },
  allow_older: {
    rule: trueOrFalse,
    default: "false",
    meaning: "whether a run of an older month than the active run's may be promoted",
  },
  do_download: {
    rule: trueOrFalse,
    default: "false",
    meaning: "whether the dumps are downloaded first (name the month with dump_month)",
  },
  if_new: {
    rule: trueOrFalse,
    default: "false",
    meaning:
      "whether main.dig ends at once, in success, when a run of the month is sealed already that has the same sources, " +
      "datasets and code",
  },
  do_xml_tests: { rule: trueOrFalse, default: "false", meaning: "whether main.dig runs tests_xml_dev.dig" },
  run_id: {
    rule: runId,
    default: "",
    otherwise: "`<dump_month>__<the session's UTC time>`",
    meaning: "the run to work on",
  },
  raw_root: {
    rule: path,
    default: "",
    otherwise: "`$DISCOGS_RAW`",
    meaning: "directory of the dump files, `<raw_root>/<dump_month>/discogs_<YYYYMMDD>_<entity>.xml.gz`",
  },
  datasets: {
    rule: runDatasets,
    default: "all",
    meaning:
      "the datasets of the run: all, the historical ones, or these and those named (joined with commas), with what " +
      "they refer to; a run is resumed with the same ones",
  },
  remove_control_characters: {
    rule: trueOrFalse,
    default: "false",
    meaning: "whether control characters in the dumps, which XML does not allow, are left out and counted",
  },
  promote_run_id: { rule: runId, default: "", meaning: "the run to promote" },
  rollback_run_id: {
    rule: runId,
    default: "",
    otherwise: "the run that was active before",
    meaning: "the run to go back to",
  },
  max_drop_pct: {
    rule: percent,
    default: "",
    otherwise: "5",
    meaning: "percent of its rows that a dataset may lose against the promoted run before",
  },
  max_growth_pct: {
    rule: percent,
    default: "",
    otherwise: "25",
    meaning: "percent of its rows that it may gain",
  },
  accept_drift: {
    rule: acceptedDrift,
    default: "false",
    meaning:
      "what the drift gate lets pass: everything, nothing, or names like `releases_v6.status`, joined with commas",
  },
  auto_rollback: {
    rule: trueOrFalse,
    default: "false",
    meaning: "whether a report on the active run with a CRITICAL check that is false rolls back",
  },
  memory_limit: memoryLimit,
  sql_file: {
    rule: path,
    default: "",
    meaning: "the file with the query",
  },
  out_dir: {
    rule: path,
    default: "",
    meaning: "directory for the CSV",
  },
} as const satisfies Record<string, Parameter>;

/** The parameters of the workflows in history/. */
export const historyParameters = {
  project_root: projectRoot,
  run_id: { rule: runId, default: "", meaning: "the run to register" },
  action: {
    rule: word,
    default: "update_run_registry",
    meaning: "what the events of the registry are recorded as",
  },
  only_run_id: {
    rule: runId,
    default: "",
    otherwise: "every complete run",
    meaning: "the only run whose KPIs are computed",
  },
  include_active: {
    rule: trueOrFalse,
    default: "false",
    otherwise: "false; true in history_pipeline.dig",
    meaning: "whether the KPIs of the active run are computed too, from its own `discogs_r_...` schema",
    trueWhere: "active_is_included",
  },
  with_timestamp: {
    rule: trueOrFalse,
    default: "false",
    meaning: "whether there are copies with the time in their names too",
  },
  out_dir: {
    rule: path,
    default: "",
    otherwise: "`_meta/discogs_history/reports` in the lake",
    meaning: "directory for the CSVs and the page",
  },
  memory_limit: memoryLimit,
} as const satisfies Record<string, Parameter>;
