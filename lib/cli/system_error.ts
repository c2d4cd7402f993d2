import { EXIT, ExpectedError, oneLine } from "./errors.ts";

/** Errors of the operating system that its user can mend: rights, space, names, limits. */
const MENDABLE = [
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["ENOSPC", "no space left on device"],
  ["EDQUOT", "disk quota exceeded"],
  ["EROFS", "read-only file system"],
  ["EFBIG", "file too large"],
  ["EMFILE", "too many open files"],
  ["ENFILE", "too many open files in system"],
  ["ENOTDIR", "not a directory"],
  ["EISDIR", "is a directory"],
  ["ELOOP", "too many levels of symbolic links"],
  ["ENAMETOOLONG", "file name too long"],
  ["EEXIST", "file already exists"],
] as const;
/** Those that are the machine's. */
const BROKEN = [
  ["EIO", "input/output error"],
  ["ENODEV", "no such device"],
  ["ENXIO", "no such device or address"],
  ["ESTALE", "stale file handle"],
] as const;

const known = new Map<string, string>([...MENDABLE, ...BROKEN]);
const mendable: ReadonlySet<string> = new Set(MENDABLE.map(([code]) => code));

/** What the system refused: one line, and the exit code of a process that ends with it. */
export interface SystemFailure {
  text: string;
  exitCode: number;
}

/** `EACCES: permission denied, open '/x'`, as Node has it, or `... rename '/x' -> '/y'`. */
const OF_NODE = /\b(E[A-Z]+): ([^,']+), (\w+)(?: '([^']*)'(?: -> '([^']*)')?)?/;

/**
 * Reads an error, or its nearest cause, as one of the operating system: of Node's, also where it came from a thread
 * and has only its text left, or of DuckDB's. Undefined for any other.
 */
export function systemFailure(error: unknown): SystemFailure | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const failure = ofNode(oneLine(cause)) ?? ofDuckDb(oneLine(cause));
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function ofNode(message: string): SystemFailure | undefined {
  const [, code = "", , call, path, other] = OF_NODE.exec(message) ?? [];
  const what = known.get(code);
  if (what === undefined) return undefined;
  const place = path === undefined ? "" : `${path}${other === undefined ? "" : ` -> ${other}`}: `;
  return {
    text: message.replace(OF_NODE, () => `${place}${what} (${code}, ${call})`),
    exitCode: exitCodeOf(code),
  };
}

/** `IO Error: Could not write file "/x": No space left on device`. */
function ofDuckDb(message: string): SystemFailure | undefined {
  if (!message.includes("IO Error:")) return undefined;
  const [code] = [...known].find(([, what]) => message.toLowerCase().includes(what)) ?? [];
  return code === undefined ? undefined : { text: message, exitCode: exitCodeOf(code) };
}

const exitCodeOf = (code: string) => (mendable.has(code) ? EXIT.badInput : EXIT.unexpected);

/**
 * An error of the system with the state that it left: `..., what was and what was not done`. Any other error is
 * returned as it is.
 */
export function withState(error: unknown, state: string): unknown {
  const failure = error instanceof ExpectedError ? undefined : systemFailure(error);
  if (failure === undefined) return error;
  return new ExpectedError(`${failure.text}; ${state}`, { exitCode: failure.exitCode, cause: error });
}

/** An error of a call that has only a number for its file, with the path of that file. */
export function withPath(error: unknown, path: string): unknown {
  if (systemFailure(error) === undefined || oneLine(error).includes(path)) return error;
  return new Error(`${path}: ${oneLine(error)}`, { cause: error });
}
