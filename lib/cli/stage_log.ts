import { appendFileSync } from "node:fs";
import { z } from "zod";
import { oneLine } from "./errors.ts";

/** Environment variable with the file to which the scripts of a workflow note when they ran. */
export const STAGE_LOG = "DISCOGS_STAGE_LOG";

/** Environment variable with a directory in which each running script of a workflow keeps its progress, by its pid. */
export const PROGRESS_DIRECTORY = "DISCOGS_PROGRESS";

const time = z.iso.datetime();

/** A check that is not ok, as a workflow shows it. */
const notOkCheck = z.object({
  name: z.string(),
  severity: z.string(),
  value: z.string(),
  details: z.string(),
});
export type NotOkCheck = z.infer<typeof notOkCheck>;

/** What a script has checked: how many checks are ok, and the others. */
const checksNote = z.object({ ok: z.int(), not_ok: z.array(notOkCheck) });
export type ChecksNote = z.infer<typeof checksNote>;

/** A line of the log: what happened to the workflow, or to one of its scripts. */
export const stageEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("workflow began"), time }),
  z.object({ event: z.literal("workflow ended"), time, exit: z.int() }),
  z.object({
    event: z.literal("began"),
    time,
    pid: z.int(),
    /** Digdag's name of the task. */
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
    /** Of all threads of the process, user and system. */
    cpu_seconds: z.number(),
    peak_rss_bytes: z.number(),
    /** The line that the script ended with, where it failed. */
    error: z.string().optional(),
    /** What the script did, in a few words. */
    summary: z.string().optional(),
    checks: checksNote.optional(),
  }),
]);
export type StageEvent = z.infer<typeof stageEvent>;

/** Appends an event. Lines of several processes don't mix, as each is written at once. */
export function appendStageEvent(file: string, event: StageEvent): void {
  appendFileSync(file, `${JSON.stringify(event)}\n`);
}

/** What this process has noted for the end of its stage. */
const notes: { error?: string; summary?: string; checks?: ChecksNote } = {};
let noteEvent: ((event: StageEvent) => void) | undefined;

/** Notes the line that this process reports as its error. */
export function noteFailure(line: string): void {
  notes.error = line;
}

/** Notes what this process did, in a few words: a workflow shows one line for each of its scripts. */
export function noteSummary(text: string): void {
  notes.summary = text;
}

/** Notes the checks that this process made. */
export function noteChecks(checks: ChecksNote): void {
  notes.checks = checks;
}

/** Notes a warning at once, because the process may work on for hours. */
export function noteWarning(message: string): void {
  noteEvent?.({ event: "warned", time: new Date().toISOString(), pid: process.pid, message });
}

/**
 * Notes that this process, a script of a workflow, has begun; what is returned notes its end. Nothing happens where
 * the environment names no log. A log that can't be written does not keep the script from its work.
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
