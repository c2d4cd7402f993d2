import { dirname, join } from "node:path";
import { STAGE_LOG, type StageEvent, stageEvent } from "../cli/stage_log.ts";
import { alignedTable } from "../cli/table.ts";
import { textIfThere } from "../files/files.ts";
import type { Session } from "./session.ts";

/** A script run by a workflow. Times are milliseconds since 1970. */
export interface Stage {
  /** Digdag's name for the task. */
  task: string;
  script: string;
  pid: number;
  began: number;
  /** Undefined while it runs, or if it was killed. */
  end: StageEnd | undefined;
}

type StageEnd = { time: number } & Omit<Extract<StageEvent, { event: "ended" }>, "event" | "time" | "pid">;

/** One run of a session: the first, or one that resumed it. */
export interface Attempt {
  began: number;
  /** Undefined while it runs, or if the launcher was killed. */
  ended: { time: number; exit: number } | undefined;
  stages: Stage[];
}

const BAR_WIDTH = 40;

/** The log of a session's stages, next to its record. */
export function stageLog(session: Pick<Session, "dir">): string {
  return join(session.dir, "stages.jsonl");
}

/**
 * The attempts in the log of a session, oldest first; none if nothing was logged. Nothing ends before it began, even if the
 * system's clock was set back meanwhile.
 */
export async function readAttempts(session: Pick<Session, "dir">): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const line of (await textIfThere(stageLog(session))).split("\n")) {
    const event = parseStageEvent(line);
    if (event !== undefined) addEvent(attempts, event);
  }
  return attempts;
}

/** When the attempt that this script belongs to began; undefined outside of a workflow. */
export async function attemptBegan(env: NodeJS.ProcessEnv): Promise<number | undefined> {
  const file = env[STAGE_LOG];
  return file ? (await readAttempts({ dir: dirname(file) })).at(-1)?.began : undefined;
}

/** The event in a line of the log; undefined for an incomplete line, e.g. after a full disk. */
export function parseStageEvent(line: string): StageEvent | undefined {
  try {
    return stageEvent.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function addEvent(attempts: Attempt[], event: StageEvent): void {
  const time = Date.parse(event.time);
  if (event.event === "workflow began") {
    attempts.push({ began: time, ended: undefined, stages: [] });
    return;
  }
  const attempt = attempts.at(-1);
  if (attempt === undefined) return;
  if (event.event === "workflow ended") {
    attempt.ended = { time: Math.max(attempt.began, time), exit: event.exit };
  } else if (event.event === "began") {
    const { task, script, pid } = event;
    attempt.stages.push({ task, script, pid, began: time, end: undefined });
  } else if (event.event === "ended") {
    const stage = attempt.stages.findLast(({ pid, end }) => pid === event.pid && end === undefined);
    if (stage !== undefined) stage.end = { ...event, time: Math.max(stage.began, time) };
  }
}

/** The last known time of an attempt without an end: it did not end earlier. */
function lastTime({ began, stages }: Attempt): number {
  return Math.max(began, ...stages.flatMap((stage) => [stage.began, stage.end?.time ?? 0]));
}

/**
 * An attempt as a table, one line per stage: its start, duration, share of the attempt's time (up to `now` while it runs), CPU
 * time, peak memory, and a bar that shows overlaps. The shares of overlapping stages add up to more than 100 %; the last lines
 * give the overlap.
 */
export function attemptTable(attempt: Attempt, now: number | undefined): string[] {
  const stages = [...attempt.stages].sort((a, b) => a.began - b.began);
  const end = attempt.ended?.time ?? now ?? lastTime(attempt);
  const wall = Math.max(1, end - attempt.began);
  const rows = stages.map((stage) => {
    // A script that outlived its killed workflow may have begun before this attempt, or after its end.
    const start = Math.max(0, stage.began - attempt.began);
    const took = Math.max(0, (stage.end?.time ?? end) - attempt.began - start);
    return [
      seconds(start),
      seconds(took),
      percent(took / wall),
      stage.end === undefined ? "" : stage.end.cpu_seconds.toFixed(1),
      stage.end === undefined ? "" : String(Math.round(stage.end.peak_rss_bytes / 1e6)),
      bar(start / wall, took / wall),
      `${shortTask(stage.task)}${outcome(stage, now !== undefined)}`,
    ];
  });
  const heading = ["start", "seconds", "share", "CPU s", "MB", "", "stage"];
  return [...alignedTable([heading, ...rows], [0, 1, 2, 3, 4]), summary(attempt, stages, end)];
}

function summary({ began }: Attempt, stages: readonly Stage[], end: number): string {
  const { one, several } = covered(stages, began, end);
  const wall = Math.max(1, end - began);
  const none = wall - one - several;
  return (
    `${seconds(wall)} s in all: ${seconds(several)} s (${percent(several / wall)}) with several stages at once, ` +
    `${seconds(one)} s (${percent(one / wall)}) with one, ` +
    `${seconds(none)} s (${percent(none / wall)}) between stages, the start of Digdag among them`
  );
}

/** Milliseconds from `began` to `end` in which just one stage ran, and in which several did. */
function covered(stages: readonly Stage[], began: number, end: number): { one: number; several: number } {
  const within = (time: number) => Math.max(began, Math.min(time, end));
  const steps = stages
    .flatMap((stage) => [
      { time: within(stage.began), step: 1 },
      { time: within(stage.end?.time ?? end), step: -1 },
    ])
    .sort((a, b) => a.time - b.time);
  const sums = { one: 0, several: 0 };
  let running = 0;
  for (const [index, { time, step }] of steps.entries()) {
    running += step;
    const lasts = (steps[index + 1]?.time ?? time) - time;
    if (running === 1) sums.one += lasts;
    else if (running > 1) sums.several += lasts;
  }
  return sums;
}

/** A failed stage. */
export interface Failure {
  /** The task as shown while the workflow runs, and in the table of times. */
  step: string;
  /** The line reported by its script; undefined if it was killed first. */
  error: string | undefined;
  /** That line, or how the script ended. */
  message: string;
}

/** The failed stages of an attempt, and the reasons as far as known. */
export function failedStages({ stages }: Attempt): Failure[] {
  return stages
    .filter(({ end }) => end === undefined || end.exit !== 0)
    .map((stage) => {
      const error = stage.end?.error;
      const message = error ?? `${stage.script}${outcome(stage, false)}`;
      return { step: shortTask(stage.task), error, message };
    });
}

function outcome({ end }: Stage, isRunning: boolean): string {
  if (end === undefined) return isRunning ? " (running)" : " (did not end)";
  return end.exit === 0 ? "" : ` (exit ${end.exit})`;
}

/** `+main+data+releases+ingest^sub+releases` as `data/releases/ingest/releases`. */
export function shortTask(task: string): string {
  const names = task
    .replaceAll("^sub", "")
    .split("+")
    .filter((name) => name !== "")
    .slice(1);
  return names.filter((name, index) => name !== names[index - 1]).join("/");
}

function bar(from: number, length: number): string {
  const first = Math.min(BAR_WIDTH - 1, Math.floor(from * BAR_WIDTH));
  const last = Math.min(BAR_WIDTH, Math.max(first + 1, Math.round((from + length) * BAR_WIDTH)));
  return `|${" ".repeat(first)}${"#".repeat(last - first)}${" ".repeat(BAR_WIDTH - last)}|`;
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);
const percent = (share: number) => `${Math.round(share * 100)} %`;
