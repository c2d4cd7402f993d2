import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { coloursFor, isAnimated } from "./colours.ts";
import { hasCode } from "./errors.ts";
import { removeWhenInterrupted } from "./interrupt.ts";
import { noteWarning, PROGRESS_DIRECTORY } from "./stage_log.ts";
import { StatusLine, type Terminal } from "./status_line.ts";

/** Writes one line, given without its line break. */
export type LineSink = (line: string) => void;

/** Log lines and progress for people: always on stderr, because stdout is for results. */
export interface Logger {
  info(message: string): void;
  /** Like `line`, without the time: for lines that carry their own. */
  line(text: string): void;
  warn(message: string): void;
  /**
   * Reports progress: on a terminal as a status line that replaces the previous one; elsewhere as a log line at most
   * every 15 seconds. Cheap enough to call often.
   */
  progress(message: string): void;
  /** Clears the status line before something else writes to the terminal. */
  clear(): void;
}

/** Where a logger writes, and how it shows progress there. */
export interface LoggerOptions {
  stream?: Terminal & { isTTY?: boolean };
  env?: NodeJS.ProcessEnv;
  now?: () => Date;
}

/** Seconds between progress lines when the output is not a terminal. */
export const PROGRESS_SECONDS = 15;
/** Milliseconds between updates of the status line. */
const REDRAW_MS = 100;
/** Milliseconds between updates of the progress file that the surrounding workflow reads. */
const NOTE_MS = 500;

/** The UTC time at the start of a log line. */
export const timeOfDay = (time: Date) => time.toISOString().slice(11, 19);

/** A logger that writes to stderr. Each line begins with the UTC time. */
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

/** A logger that discards everything, for callers that want no log lines. */
export const silentLogger: Logger = { info() {}, line() {}, warn() {}, progress() {}, clear() {} };

/**
 * A throttle: true when the interval has passed since it last returned true; the first interval starts now, or is
 * skipped.
 */
function every(milliseconds: number, now: () => Date, atOnce: boolean): () => boolean {
  let last = atOnce ? Number.NEGATIVE_INFINITY : now().getTime();
  return () => {
    const time = now().getTime();
    if (time - last < milliseconds) return false;
    last = time;
    return true;
  };
}

/** Writes the progress of a workflow's script to the file where the workflow reads it. */
function progressNote(env: NodeJS.ProcessEnv, now: () => Date): ((message: string) => void) | undefined {
  const directory = env[PROGRESS_DIRECTORY];
  if (!directory) return undefined;
  const isDue = every(NOTE_MS, now, true);
  return (message) => {
    if (!isDue()) return;
    try {
      writeFileSync(join(directory, String(process.pid)), message);
    } catch (error) {
      // The workflow has ended, or the disk is full; progress is not essential.
      if (!hasCode(error, "ENOENT", "ENOSPC", "EDQUOT")) throw error;
    }
  };
}
