import { ExpectedError } from "../cli/errors.ts";
import { lakeOption, type OptionForm, type OptionSpecs } from "../cli/options.ts";
import { kindOf } from "../files/files.ts";
import { buildingDir, sealedDir } from "../files/paths.ts";
import { DUMP_MONTH, formatRunId, requireDumpMonth, requireRunId, runIdSuffix } from "../files/run_id.ts";
import { archivedHint } from "./archived.ts";
import { meantRun, requireRunIdFor, runIdsIn } from "./likely_run.ts";

/** A time with its zone, as Digdag's session_time. */
export const SESSION_TIME = {
  pattern: /^\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:?\d{2})$/,
  name: "a time like 2026-01-20T19:49:23+00:00",
} as const satisfies OptionForm;

/** Options that choose a run, for every script that works on one. */
export const runOptions = {
  lake: lakeOption,
  "run-id": { type: "string", value: "RUN_ID", summary: "the run; by default the one of --session-time" },
  "dump-month": {
    type: "string",
    value: "YYYY-MM",
    form: { pattern: DUMP_MONTH, name: "YYYY-MM" },
    summary: "dump month of the run, with --session-time",
  },
  "session-time": {
    type: "string",
    value: "TIME",
    form: SESSION_TIME,
    summary: "Digdag's session_time, which identifies the run (ISO 8601)",
  },
} as const satisfies OptionSpecs;

/** The values of {@link runOptions}, and so of every command that includes them. */
export interface RunSelection {
  lake: string;
  "run-id"?: string | undefined;
  "dump-month"?: string | undefined;
  "session-time"?: string | undefined;
}

/** A run found by its id or session, building or sealed. */
export interface SelectedRun {
  lake: string;
  runId: string;
  state: "building" | "sealed";
  dir: string;
}

/** The selection with the positional run id, which takes precedence over the options. */
export function withPositional<S extends RunSelection>(selection: S, positionals: readonly string[]): S {
  const [runId] = positionals;
  return runId === undefined || runId === "" ? selection : { ...selection, "run-id": runId };
}

/** The run that the options choose. ExpectedError when there is none, or the choice is ambiguous. */
export async function selectRun(selection: RunSelection): Promise<SelectedRun> {
  const run = await findRun(selection);
  if (run === undefined) throw await noRun(selection);
  return run;
}

async function noRun(selection: RunSelection): Promise<ExpectedError> {
  const { lake, "run-id": given } = selection;
  const text = `there is no run ${wanted(selection)} in ${lake}`;
  if (given === undefined) return new ExpectedError(text);
  const hint = await archivedHint(lake, given);
  return new ExpectedError(hint === "" ? `${text}${await meantRun(lake, given)}` : `${text}: ${hint}`);
}

/** The same, but undefined when the run does not exist yet. */
export async function findRun(selection: RunSelection): Promise<SelectedRun | undefined> {
  const given = selection["run-id"];
  if (given !== undefined) {
    return existingRun(selection.lake, await requireRunIdFor(selection.lake, given));
  }
  const suffix = runIdSuffix(sessionTime(selection));
  const begin = selection["dump-month"] === undefined ? "" : requireDumpMonth(selection["dump-month"]);
  const ids = (await runIdsIn(selection.lake)).filter((id) => id.startsWith(begin) && id.endsWith(suffix));
  if (ids.length > 1) {
    throw new ExpectedError(`this session has several runs (${ids.join(", ")}): choose one with --run-id`);
  }
  return ids[0] === undefined ? undefined : existingRun(selection.lake, ids[0]);
}

/** The id of a new run with these options. ExpectedError when neither the id nor month and session are given. */
export function newRunId(selection: RunSelection): string {
  const given = selection["run-id"];
  if (given !== undefined) return requireRunId(given);
  const month = selection["dump-month"];
  if (month === undefined)
    throw new ExpectedError("--dump-month is missing: the id of a new run begins with it");
  return formatRunId(month, sessionTime(selection));
}

async function existingRun(lake: string, runId: string): Promise<SelectedRun | undefined> {
  const dirs = { sealed: sealedDir(lake, runId), building: buildingDir(lake, runId) };
  const sealed = (await kindOf(dirs.sealed)) !== undefined;
  const building = (await kindOf(dirs.building)) !== undefined;
  if (sealed && building) {
    throw new ExpectedError(`run ${runId} is sealed, but ${dirs.building} still exists: discard that one`);
  }
  if (!sealed && !building) return undefined;
  const state = sealed ? "sealed" : "building";
  return { lake, runId, state, dir: dirs[state] };
}

/** The time of the selection's session. ExpectedError when there is none, or it is not a time. */
export function sessionTime(selection: RunSelection): Date {
  const text = selection["session-time"];
  if (text === undefined)
    throw new ExpectedError("no run is chosen: give a run id (bin/lake status lists the runs)");
  const time = new Date(text);
  if (!SESSION_TIME.pattern.test(text) || Number.isNaN(time.getTime())) {
    throw new ExpectedError(`--session-time is "${text}", but must be ${SESSION_TIME.name}`);
  }
  return time;
}

function wanted(selection: RunSelection): string {
  if (selection["run-id"] !== undefined) return selection["run-id"];
  const month = selection["dump-month"];
  return `of session ${selection["session-time"]}${month === undefined ? "" : ` and dump month ${month}`}`;
}
