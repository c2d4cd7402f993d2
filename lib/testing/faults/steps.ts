import { join } from "node:path";
import { lakeIn } from "./state.ts";

/** A command of a script on a directory with a lake, as called by a workflow. */
export interface Command {
  name: string;
  /** Path from the project root. */
  script: string;
  args(dir: string): string[];
  /** Its message, with exit code 2, when repeated after success, if it can't be done twice. */
  once?: RegExp;
}

/** A command whose calls are to fail. */
export interface Step extends Command {
  /** The step whose result it starts from, {@link NOTHING} or {@link FIRST_MONTH}. */
  after: string;
  /** Whether it is part of `npm test`. */
  isShort: boolean;
}

/** An empty directory. */
export const NOTHING = "nothing";
/** A lake in which the first month is the active run. */
export const FIRST_MONTH = "first month";

/** The dumps, which are never changed. */
export interface Dumps {
  /** Has two tiny months. */
  rawRoot: string;
  /** A dump of labels large enough to be read by several threads. */
  labels: string;
}

/** The months of the lake for injecting faults. */
export const MONTHS = ["2026-08", "2026-09"] as const;
/** The smallest possible month. */
export const TINY = { artists: 200, labels: 50, masters: 100, releases: 300, seed: 5 } as const;
const SESSIONS = ["2026-08-05T06:00:00Z", "2026-09-05T06:00:00Z"] as const;
const FIRST_RUN = "2026-08__20260805_060000";
const SECOND_RUN = "2026-09__20260905_060000";
const ONE_THREAD = "--threads=1";

function onLake(name: string, script: string, ...more: string[]): Command {
  return { name, script, args: (dir) => ["--lake", lakeIn(dir), ...more] };
}

/** The steps that make, test, seal and promote a month's run and report on it. */
export function monthCommands(index: 0 | 1, { rawRoot }: Dumps): Command[] {
  const run = (name: string, script: string, ...more: string[]) =>
    onLake(name, script, `--session-time=${SESSIONS[index]}`, ...more);
  const build = (name: string) => run(name, `pipelines/${name}.ts`, ONE_THREAD);
  return [
    run(
      "preflight",
      "scripts/preflight.ts",
      `--dump-month=${MONTHS[index]}`,
      `--raw-root=${rawRoot}`,
      "--run-mode=prod",
    ),
    run("ingest", "pipelines/ingest.ts", ONE_THREAD),
    build("build_release_artists_xref_v1"),
    build("build_release_label_xref_v1"),
    build("build_release_style_genre_xref_v1"),
    build("rebuild_artist_name_map_v1"),
    build("rebuild_artist_name_map_v2"),
    build("build_artist_credits_v1"),
    run("test labels", "tests/parquet_sanity.ts", "--datasets=labels_v10", ONE_THREAD),
    run("parquet_sanity", "tests/parquet_sanity.ts", ONE_THREAD),
    run("sanity_report", "scripts/sanity_report.ts", ONE_THREAD),
    run("drift_gate", "scripts/drift_gate.ts"),
    run("seal", "scripts/seal_run.ts"),
    run("promote", "scripts/promote.ts", ONE_THREAD),
    onLake("register_active", "scripts/register_active.ts"),
    onLake("report on active", "scripts/sanity_report.ts", "--active", ONE_THREAD),
  ];
}

const historyCommands: readonly Command[] = [
  onLake("register_run_schema", "scripts/register_run_schema.ts", "--missing", ONE_THREAD),
  onLake("reconcile_register", "scripts/reconcile_register.ts", ONE_THREAD),
  onLake("update_run_registry", "scripts/update_run_registry.ts", ONE_THREAD),
  onLake("compute_kpis", "scripts/compute_kpis.ts", "--include-active=true", ONE_THREAD),
  onLake("compute_kpis_v2", "scripts/compute_kpis_v2.ts", "--include-active=true", ONE_THREAD),
  onLake("compute_kpis_v3", "scripts/compute_kpis_v3.ts", "--include-active=true", ONE_THREAD),
  onLake("export_history_csv", "scripts/export_history_csv.ts", ONE_THREAD),
];

/** A run leaves the lake for the directory next to it, comes back, gets another report, and leaves again. */
const archiveCommands: readonly Command[] = [
  { name: "archive_run", script: "scripts/archive_run.ts", args: archiveArgs },
  {
    name: "restore",
    script: "scripts/archive_run.ts",
    args: (dir) => [FIRST_RUN, "--lake", lakeIn(dir), "--restore", "--from", dir],
    once: /is in the lake, not archived/,
  },
  onLake("report on restored", "scripts/sanity_report.ts", `--run-id=${FIRST_RUN}`, ONE_THREAD),
  { name: "archive again", script: "scripts/archive_run.ts", args: archiveArgs },
];

function archiveArgs(dir: string): string[] {
  return [FIRST_RUN, "--lake", lakeIn(dir), "--to", dir];
}

/** The steps of `npm test`: one of each kind. */
const SHORT: ReadonlySet<string> = new Set([
  "preflight",
  "ingest",
  "rebuild_artist_name_map_v1",
  "sanity_report",
  "seal",
  "promote",
  "register_active",
  "rollback",
  "register_run_schema",
  "reconcile_register",
  "compute_kpis",
  "export_history_csv",
  "archive_run",
  "restore",
]);

/** Every step, after the one whose result it starts from. */
export function testedSteps(dumps: Dumps): Step[] {
  const [preflight] = monthCommands(0, dumps);
  const rollback = onLake("rollback", "scripts/rollback.ts", "--session-time=2026-09-06T06:00:00Z");
  const registered = onLake("register after rollback", "scripts/register_active.ts");
  const discard = (name: string) => ({
    ...onLake(name, "scripts/discard_run.ts", SECOND_RUN),
    once: /there is no run /,
  });
  return [
    ...chain(NOTHING, preflight === undefined ? [] : [{ ...preflight, name: "preflight of a new lake" }]),
    ...chain(FIRST_MONTH, monthCommands(1, dumps)),
    ...chain("preflight", [discard("discard a begun run")]),
    ...chain("drift_gate", [discard("discard a tested run")]),
    ...chain("report on active", [rollback, registered]),
    ...chain("report on active", [onLake("make_duckdb_file", "scripts/make_duckdb_file.ts")]),
    ...chain("report on active", historyCommands),
    ...chain("export_history_csv", [onLake("compare_runs", "scripts/compare_runs.ts", ONE_THREAD)]),
    ...chain("compare_runs", [onLake("build_report", "scripts/build_report.ts", "--active", ONE_THREAD)]),
    ...chain("export_history_csv", archiveCommands),
    ...chain(NOTHING, [extractByThreads(dumps)]),
  ];
}

function chain(after: string, commands: readonly Command[]): Step[] {
  return commands.map((command, index) => ({
    ...command,
    after: commands[index - 1]?.name ?? after,
    isShort: SHORT.has(command.name),
  }));
}

function extractByThreads({ labels }: Dumps): Command {
  return {
    name: "extract by threads",
    script: "pipelines/parse_labels_v10.ts",
    args: (dir) => ["--src", labels, "--out", join(dir, "labels_v10"), "--threads=2"],
    once: /labels_v10 is not empty/,
  };
}
