import { basename } from "node:path";
import { reportJson } from "../lib/checks/render.ts";
import {
  reportOnActive,
  reportOnRun,
  type SanityReport,
  settleActive,
  settleRun,
} from "../lib/checks/sanity_of_run.ts";
import { showChecks } from "../lib/checks/show_checks.ts";
import { type CommandContext, defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError, oneLine } from "../lib/cli/errors.ts";
import type { OptionSpecs } from "../lib/cli/options.ts";
import { optionalRunOptions, runOrDirectory } from "../lib/lake/run_or_directory.ts";
import { S3_LOCATION } from "../lib/publish/location.ts";
import { s3Options } from "../lib/publish/s3_options.ts";
import { sessionLimits, sessionOptions } from "../lib/sql/session_options.ts";

const options = {
  ...optionalRunOptions,
  run: { type: "path", value: "DIR", summary: "directory of a run, instead of a run of the lake" },
  active: { type: "flag", summary: "report on the active run" },
  "auto-rollback": {
    type: "string",
    choices: ["true", "false"],
    default: "false",
    summary: "with --active: roll back if a CRITICAL check fails",
  },
  "publish-to": {
    type: "string",
    value: "S3_URL",
    form: S3_LOCATION,
    summary: "with --auto-rollback: a published lake whose active.json goes back too",
  },
  ...s3Options,
  json: { type: "flag", summary: "print the checks as JSON" },
  ...sessionOptions,
} as const satisfies OptionSpecs;

/** Writes the sanity report of a run to its `_reports/`; exit 1 if a CRITICAL check fails. */
export const main = defineCommand({
  name: "scripts/sanity_report.ts",
  summary: "Runs the sanity report on a run, or on the active one, and writes it as CSV to _reports/.",
  description: [
    "On a run: uses the embedded engine, before promotion; a failed CRITICAL check blocks the promotion.",
    "With --active: uses hive.discogs on the lake's engine. If a CRITICAL check fails, leaves `active` unchanged,",
    "prints the rollback command and exits with code 1.",
  ].join("\n"),
  options,
  async run(context) {
    if (context.options.active) await onActive(context);
    else await onRun(context);
    return EXIT.ok;
  },
});

type Context = CommandContext<typeof options>;

async function onActive(context: Context): Promise<void> {
  const { options, env, log } = context;
  const { lake } = options;
  if (lake === undefined) throw new ExpectedError("--lake is missing (or set DISCOGS_DATA_LAKE)");
  for (const name of ["run", "run-id"] as const) {
    if (options[name] !== undefined)
      throw new ExpectedError(`--active conflicts with --${name}: omit one of them`);
  }
  const report = await reportOnActive(lake, sessionLimits(options), { env, log });
  show(context, report);
  const autoRollback = options["auto-rollback"] === "true";
  try {
    await settleActive(lake, report, { autoRollback, env, log });
  } catch (error) {
    const to = options["publish-to"];
    if (autoRollback && to !== undefined) await followRollback(context, lake, to);
    throw error;
  }
}

/** The failure of the checks is what ends the script; one of the pointer is a warning beside it. */
async function followRollback({ options, log }: Context, lake: string, to: string): Promise<void> {
  try {
    // The package of AWS is loaded only where it is needed.
    const { followActive } = await import("../lib/publish/follow_active.ts");
    const { outcome, url, runId } = await followActive(lake, to, options, log);
    log.info(`${outcome}: ${url} names run ${runId}`);
  } catch (error) {
    log.warn(`active.json of ${to} does not follow: ${oneLine(error)}`);
  }
}

async function onRun(context: Context): Promise<void> {
  const { options, log } = context;
  if (options["auto-rollback"] === "true") throw new ExpectedError("--auto-rollback needs --active");
  const { dir, run } = await runOrDirectory(options, options.run, "--run");
  if (run?.state === "sealed") {
    log.info(`run ${run.runId} is sealed and has its report; use --run ${run.dir} to make another`);
    return;
  }
  const report = await reportOnRun(dir, sessionLimits(options));
  show(context, report);
  settleRun(dir, report);
}

function show({ options, log, print, summarize }: Context, { path, checks }: SanityReport): void {
  if (path !== undefined) summarize(basename(path));
  if (options.json) print(reportJson({ report: path ?? null, checks }).trimEnd());
  else showChecks(checks, print);
  if (path !== undefined) log.info(`report: ${path}`);
}

await runAsEntrypoint(import.meta.url, main);
