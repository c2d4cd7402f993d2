/** Writes one line, without its line break, somewhere. */
export type LineSink = (line: string) => void;

/** Log lines and progress for people: always stderr, never stdout, which is for results. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  /** A status that replaces the one before it on a terminal; elsewhere at most one line in `every` seconds. */
  progress(message: string): void;
}

export interface LoggerOptions {
  write?: (text: string) => void;
  isTerminal?: boolean;
  now?: () => Date;
  /** Seconds between two progress lines where the output is not a terminal. */
  every?: number;
}

/**
 * A logger on stderr. Lines begin with the UTC time; on a terminal, progress is one line that is rewritten,
 * unless NO_COLOR or TERM=dumb asks for plain output.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const write = options.write ?? ((text) => process.stderr.write(text));
  const now = options.now ?? (() => new Date());
  const animated = options.isTerminal ?? isAnimatedTerminal();
  const everyMs = (options.every ?? 15) * 1000;
  let lastProgress = now().getTime();
  let statusShown = false;

  const line = (message: string) => {
    if (statusShown) write("\r\u001b[K");
    statusShown = false;
    write(`${now().toISOString().slice(11, 19)} ${message}\n`);
  };
  return {
    info: line,
    warn: (message) => line(`warning: ${message}`),
    progress(message) {
      if (animated) {
        write(`\r\u001b[K${message}`);
        statusShown = true;
      } else if (now().getTime() - lastProgress >= everyMs) {
        lastProgress = now().getTime();
        line(message);
      }
    },
  };
}

/** A logger that says nothing, for library calls whose caller does not want lines. */
export const silentLogger: Logger = { info() {}, warn() {}, progress() {} };

function isAnimatedTerminal(): boolean {
  return process.stderr.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== "dumb";
}
