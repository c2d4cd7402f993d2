import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { coloursFor, isAnimated } from "./colours.ts";
import { hasCode } from "./errors.ts";
import { removeWhenInterrupted } from "./interrupt.ts";
import { noteWarning, PROGRESS_DIRECTORY } from "./stage_log.ts";
import { StatusLine, type Terminal } from "./status_line.ts";

/** Writes one line, without its line break, somewhere. */
export type LineSink = (line: string) => void;

/** Log lines and progress for people: always stderr, never stdout, which is for results. */
export interface Logger {
  info(message: string): void;
  /** The same without the time: for a line that has its own. */
  line(text: string): void;
  warn(message: string): void;
  /**
   * How far the work is: on a terminal a status that replaces the one before it; elsewhere at most one line in 15
   * seconds, and none before they have passed. May be called often.
   */
  progress(message: string): void;
  /** Removes the status from the terminal, before something else writes to it. */
  clear(): void;
}

export interface LoggerOptions {
  stream?: Terminal & { isTTY?: boolean };
  env?: NodeJS.ProcessEnv;
  now?: () => Date;
}

/** Seconds between two lines of progress where the output is not a terminal. */
export const PROGRESS_SECONDS = 15;
/** Milliseconds between two texts of the status line. */
const REDRAW_MS = 100;
/** Milliseconds between two notes of the progress for the workflow that this process is a script of. */
const NOTE_MS = 500;

/** The UTC time that a log line begins with. */
export const timeOfDay = (time: Date) => time.toISOString().slice(11, 19);

/** A logger on stderr. Lines begin with the UTC time. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { stream = process.stderr, env = process.env, now = () => new Date() } = options;
  const status = isAnimated({ stream, env }) ? new StatusLine(stream) : undefined;
  if (status !== undefined) removeWhenInterrupted(() => status.clear());
  const colours = coloursFor(stream, env);
  const isDue = every(status === undefined ? PROGRESS_SECONDS * 1000 : REDRAW_MS, now, status !== undefined);
  const note = progressNote(env, now);

  const line = (text: string) => {
    status?.clear();
    stream.write(`${text}\n`);
  };
  const info = (message: string) => line(`${timeOfDay(now())} ${message}`);
  return {
    info,
    line,
    warn(message) {
      noteWarning(message);
      info(`${colours.yellow("warning:")} ${message}`);
    },
    progress(message) {
      note?.(message);
      if (!isDue()) return;
      if (status === undefined) info(message);
      else status.show(message);
    },
    clear: () => status?.clear(),
  };
}

/** A logger that says nothing, for library calls whose caller does not want lines. */
export const silentLogger: Logger = { info() {}, line() {}, warn() {}, progress() {}, clear() {} };

/** Whether as much time has passed since it was so last; at first since now, or at once. */
function every(milliseconds: number, now: () => Date, atOnce: boolean): () => boolean {
  let last = atOnce ? Number.NEGATIVE_INFINITY : now().getTime();
  return () => {
    const time = now().getTime();
    if (time - last < milliseconds) return false;
    last = time;
    return true;
  };
}

/** Keeps the progress of a workflow's script where the workflow looks for it. */
function progressNote(env: NodeJS.ProcessEnv, now: () => Date): ((message: string) => void) | undefined {
  const directory = env[PROGRESS_DIRECTORY];
  if (!directory) return undefined;
  const isDue = every(NOTE_MS, now, true);
  return (message) => {
    if (!isDue()) return;
    try {
      writeFileSync(join(directory, String(process.pid)), message);
    } catch (error) {
      // The workflow was ended, or the disk is full: nothing depends on this.
      if (!hasCode(error, "ENOENT", "ENOSPC", "EDQUOT")) throw error;
    }
  };
}
