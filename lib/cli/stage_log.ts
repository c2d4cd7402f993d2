import { appendFileSync } from "node:fs";
import { z } from "zod";
import { oneLine } from "./errors.ts";

/** Environment variable that names the file in which the scripts of a workflow log when they ran. */
export const STAGE_LOG = "DISCOGS_STAGE_LOG";

/**
 * Environment variable that names the directory in which each running script of a workflow keeps its progress, by pid.
 */
export const PROGRESS_DIRECTORY = "DISCOGS_PROGRESS";

const time = z.iso.datetime();

/** A check that is not ok, as a workflow shows it. */
const notOkCheck = z.object({
  name: z.string(),
  severity: z.string(),
  value: z.string(),
  details: z.string(),
  /** What it counts; absent when only checks of its name count that. */
  counts: z.object({ what: z.string(), unit: z.string() }).optional(),
});

/** A failed or skipped check in the log of a workflow. */
export type NotOkCheck = z.infer<typeof notOkCheck>;

/** The checks of a script: how many passed, and those that did not. */
const checksNote = z.object({ ok: z.int(), not_ok: z.array(notOkCheck) });

/** The outcome of a script's checks in the log of a workflow. */
export type ChecksNote = z.infer<typeof checksNote>;

/** An entry of the log: an event of the workflow or of one of its scripts. */
export const stageEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("workflow began"), time }),
  z.object({ event: z.literal("workflow ended"), time, exit: z.int() }),
  z.object({
    event: z.literal("began"),
    time,
    pid: z.int(),
    /** Name of the task in Digdag. */
    task: z.string(),
    /** The script, relative to the working directory. */
    script: z.string(),
  }),
  z.object({ event: z.literal("warned"), time, pid: z.int(), message: z.string() }),
  z.object({
    event: z.literal("ended"),
    time,
    pid: z.int(),
    exit: z.int(),
    /** CPU time of all threads of the process, user and system. */
    cpu_seconds: z.number(),
    peak_rss_bytes: z.number(),
    /** The error line of a script that failed. */
    error: z.string().optional(),
    /** What the script did, in a few words. */
    summary: z.string().optional(),
    checks: checksNote.optional(),
  }),
]);

/** One entry in the log of a workflow. */
export type StageEvent = z.infer<typeof stageEvent>;

/** Appends an event. Each is a single write, so that lines of several processes don't mix. */
export function appendStageEvent(file: string, event: StageEvent): void {
  appendFileSync(file, `${JSON.stringify(event)}\n`);
}

/** What this process has recorded for the end of its stage. */
const notes: { error?: string; summary?: string; checks?: ChecksNote } = {};
let noteEvent: ((event: StageEvent) => void) | undefined;

/** Records the line that this process reports as its error. */
export function noteFailure(line: string): void {
  notes.error = line;
}

/** Records what this process did, in a few words: a workflow shows one line per script. */
export function noteSummary(text: string): void {
  notes.summary = text;
}

/** Records the checks that this process ran. */
export function noteChecks(checks: ChecksNote): void {
  notes.checks = checks;
}

/** Records a warning at once, because the process may run for hours. */
export function noteWarning(message: string): void {
  noteEvent?.({ event: "warned", time: new Date().toISOString(), pid: process.pid, message });
}

/**
 * Records that this process, a script of a workflow, has started; the returned function records its end. Does nothing
 * when the environment names no log. A log that can't be written does not stop the script.
 */
export function beginStage(env: NodeJS.ProcessEnv, script: string): (exit: number) => void {
  const file = env[STAGE_LOG];
  if (!file) return () => {};
  const note = (event: StageEvent) => {
    try {
      appendStageEvent(file, event);
    } catch (error) {
      process.stderr.write(`warning: ${file} can't be written: ${oneLine(error)}\n`);
    }
  };
  const { pid } = process;
  const began = new Date(performance.timeOrigin).toISOString();
  note({ event: "began", time: began, pid, task: env.task_name ?? "", script });
  noteEvent = note;
  return (exit) => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    note({
      event: "ended",
      time: new Date().toISOString(),
      pid,
      exit,
      cpu_seconds: (userCPUTime + systemCPUTime) / 1e6,
      peak_rss_bytes: maxRSS * 1024,
      ...notes,
    });
  };
}
