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
  s3Location,
  trueOrFalse,
  word,
} from "./rules.ts";

/** A parameter of workflows, given with `-p name=value`. */
export interface Parameter {
  rule: Rule;
  /** The value used if none is given; empty for none. */
  default: string;
  /** What applies without a value, if not `default`. Markdown. */
  otherwise?: string;
  meaning: string;
  /** Name of a workflow's `_export` that makes the default `true`. */
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
  meaning: "memory limit of the embedded engine, for each step that uses it; more spills to disk",
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
    meaning: "promote in main.dig with run_mode=prod",
  },
  dry_run: {
    rule: trueOrFalse,
    default: "false",
    meaning: "print what promotion and rollback would do, and do nothing",
  },
  allow_older: {
    rule: trueOrFalse,
    default: "false",
    meaning: "allow promoting a run of an older month than the active run",
  },
  do_download: {
    rule: trueOrFalse,
    default: "false",
    meaning: "download the dumps first (set dump_month too)",
  },
  if_new: {
    rule: trueOrFalse,
    default: "false",
    meaning:
      "succeed without doing anything if a run of the month with the same sources, datasets and code is already sealed",
  },
  do_xml_tests: { rule: trueOrFalse, default: "false", meaning: "run tests_xml_dev.dig in main.dig" },
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
      "datasets of the run: `all`, `historical`, or names separated by commas, which are added to the historical ones " +
      "together with the datasets they refer to; fixed when the run begins",
  },
  remove_control_characters: {
    rule: trueOrFalse,
    default: "false",
    meaning: "remove and count control characters in the dumps, which XML does not allow",
  },
  strict: {
    rule: trueOrFalse,
    default: "false",
    meaning: "refuse a dump with unknown elements or attributes, which are counted otherwise",
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
    meaning: "percentage of rows that a dataset may lose compared with the previous promoted run",
  },
  max_growth_pct: {
    rule: percent,
    default: "",
    otherwise: "25",
    meaning: "percentage of rows that it may gain",
  },
  accept_drift: {
    rule: acceptedDrift,
    default: "false",
    meaning:
      "drift to accept: `true` (all), `false` (none), or names like `releases_v6.status`, separated by commas",
  },
  auto_rollback: {
    rule: trueOrFalse,
    default: "false",
    meaning: "roll back if a CRITICAL check of the report on the active run fails",
  },
  publish_to: {
    rule: s3Location,
    default: "",
    otherwise: "nothing is published",
    meaning:
      "place in an S3-compatible store: promotion first copies the run there, and `active.json` there follows `active`",
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
    meaning: "name under which the registry records its events",
  },
  only_run_id: {
    rule: runId,
    default: "",
    otherwise: "every complete run",
    meaning: "compute the KPIs of this run only",
  },
  include_active: {
    rule: trueOrFalse,
    default: "false",
    otherwise: "false; true in history_pipeline.dig",
    meaning: "also compute the KPIs of the active run, from its own `discogs_r_...` schema",
    trueWhere: "active_is_included",
  },
  recompute: {
    rule: trueOrFalse,
    default: "false",
    meaning: "also compute what has been computed before: every KPI of every run",
  },
  from_run: {
    rule: runId,
    default: "",
    otherwise: "the promoted run before to_run",
    meaning: "the earlier run of a comparison",
  },
  to_run: {
    rule: runId,
    default: "",
    otherwise: "the active run",
    meaning: "the later run of a comparison",
  },
  with_timestamp: {
    rule: trueOrFalse,
    default: "false",
    meaning: "also write copies with the time in their names",
  },
  out_dir: {
    rule: path,
    default: "",
    otherwise: "`_meta/discogs_history/reports` in the lake",
    meaning: "directory for the CSVs and the page",
  },
  memory_limit: memoryLimit,
} as const satisfies Record<string, Parameter>;
