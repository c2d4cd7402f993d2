import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { coloursFor, isAnimated } from "./colours.ts";
import { hasCode } from "./errors.ts";
import { removeWhenInterrupted } from "./interrupt.ts";
import { noteWarning, PROGRESS_DIRECTORY } from "./stage_log.ts";
import { StatusLine, type Terminal } from "./status_line.ts";

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
  /**
   * Clears the progress, because the work that it describes has ended or something else writes to the terminal. The next
   * progress is shown at once.
   */
  clear(): void;
}

/** Where a logger writes, and how it shows progress there. */
export interface LoggerOptions {
  stream?: Terminal & { isTTY?: boolean };
  env?: NodeJS.ProcessEnv;
  now?: () => Date;
}

/** Seconds between progress lines when the output is not a terminal. */
const PROGRESS_SECONDS = 15;
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
  const due = every(status === undefined ? PROGRESS_SECONDS * 1000 : REDRAW_MS, now, status !== undefined);
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
      note?.write(message);
      if (!due.isDue()) return;
      if (status === undefined) info(message);
      else status.show(message);
    },
    clear() {
      note?.clear();
      if (status === undefined) return;
      status.clear();
      due.reset();
    },
  };
}

/** A logger that discards everything, for callers that want no log lines. */
export const silentLogger: Logger = { info() {}, line() {}, warn() {}, progress() {}, clear() {} };

interface Throttle {
  /** True when the interval has passed since it last returned true. */
  isDue(): boolean;
  /** Ends the current interval. */
  reset(): void;
}

/** A throttle whose first interval starts now, or is skipped. */
function every(milliseconds: number, now: () => Date, atOnce: boolean): Throttle {
  let last = atOnce ? Number.NEGATIVE_INFINITY : now().getTime();
  return {
    isDue() {
      const time = now().getTime();
      if (time - last < milliseconds) return false;
      last = time;
      return true;
    },
    reset() {
      last = Number.NEGATIVE_INFINITY;
    },
  };
}

/** The progress of a workflow's script, in the file where the workflow reads it. */
interface ProgressNote {
  write(message: string): void;
  /** Removes the file. */
  clear(): void;
}

function progressNote(env: NodeJS.ProcessEnv, now: () => Date): ProgressNote | undefined {
  const directory = env[PROGRESS_DIRECTORY];
  if (!directory) return undefined;
  const path = join(directory, String(process.pid));
  const due = every(NOTE_MS, now, true);
  let isThere = false;
  return {
    write(message) {
      if (!due.isDue()) return;
      try {
        writeFileSync(path, message);
        isThere = true;
      } catch (error) {
        // The workflow has ended, or the disk is full; progress is not essential.
        if (!hasCode(error, "ENOENT", "ENOSPC", "EDQUOT")) throw error;
      }
    },
    clear() {
      if (!isThere) return;
      rmSync(path, { force: true });
      isThere = false;
      due.reset();
    },
  };
}
