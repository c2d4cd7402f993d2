import { appendFileSync } from "node:fs";
import { z } from "zod";
import { oneLine } from "./errors.ts";

/** Environment variable with the file to which the scripts of a workflow note when they ran. */
export const STAGE_LOG = "DISCOGS_STAGE_LOG";

const time = z.iso.datetime();

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
  }),
]);
export type StageEvent = z.infer<typeof stageEvent>;

/** Appends an event. Lines of several processes don't mix, as each is written at once. */
export function appendStageEvent(file: string, event: StageEvent): void {
  appendFileSync(file, `${JSON.stringify(event)}\n`);
}

let failure: string | undefined;

/** Notes the line that this process reports as its error. */
export function noteFailure(line: string): void {
  failure = line;
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
  return (exit) => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    note({
      event: "ended",
      time: new Date().toISOString(),
      pid,
      exit,
      cpu_seconds: (userCPUTime + systemCPUTime) / 1e6,
      peak_rss_bytes: maxRSS * 1024,
      ...(failure === undefined ? {} : { error: failure }),
    });
  };
}
