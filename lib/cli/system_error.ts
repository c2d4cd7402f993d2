import { codeName, EXIT, ExpectedError, oneLine } from "./errors.ts";

/** System errors that the user can fix: permissions, space, names, limits. */
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
/** Errors of the machine. */
const BROKEN = [
  ["EIO", "input/output error"],
  ["ENODEV", "no such device"],
  ["ENXIO", "no such device or address"],
  ["ESTALE", "stale file handle"],
] as const;

const known = new Map<string, string>([...MENDABLE, ...BROKEN]);
const mendable: ReadonlySet<string> = new Set(MENDABLE.map(([code]) => code));

/** A system error as one line, and the exit code of a process that it ends. */
export interface SystemFailure {
  text: string;
  exitCode: number;
}

/**
 * `EACCES: permission denied, open '/x'` in Node's form, or `... rename '/x' -> '/y'`. Node does not escape quotation marks in
 * paths: what follows the last one tells that it is.
 */
const OF_NODE =
  /\b(E[A-Z]+|Unknown system error -\d+): ([^,']+), (\w+)(?: '(.*?)'(?: -> '(.*?)')?(?=$|[;,:)]| \())?/;

/**
 * Interprets an error, or its nearest cause, as a system error: one of Node's, even when only its text came back from a
 * thread, one of starting a thread or a process, one of DuckDB's, or one of WebAssembly's memory. Undefined for any other error.
 */
export function systemFailure(error: unknown): SystemFailure | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const message = oneLine(cause);
    const failure =
      ofNode(message) ?? ofStart(message) ?? ofDuckDb(message) ?? ofMemory(message) ?? ofWebAssembly(message);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function ofNode(message: string): SystemFailure | undefined {
  const [, given = "", , call, path, other] = OF_NODE.exec(message) ?? [];
  const code = codeName(given);
  const what = known.get(code);
  if (what === undefined) return undefined;
  const place = path === undefined ? "" : `${path}${other === undefined ? "" : ` -> ${other}`}: `;
  return {
    text: message.replace(OF_NODE, () => `${place}${what} (${code}, ${call})`),
    exitCode: exitCodeOf(code),
  };
}

/** `Worker initialization failure: EMFILE` or `spawn /x EAGAIN`: Node can't start a thread or a process. */
const OF_START = /\b(?:Worker initialization failure:|spawn(?:Sync)? (\S+)) (EMFILE|ENFILE|EAGAIN|ENOMEM)\b/;
const NO_START: Record<string, string> = {
  EMFILE: "too many open files (EMFILE): raise the limit (ulimit -n)",
  ENFILE: "too many open files in system (ENFILE)",
  EAGAIN: "too many processes and threads (EAGAIN): raise the limit (ulimit -u)",
  ENOMEM: "not enough memory (ENOMEM)",
};

function ofStart(message: string): SystemFailure | undefined {
  const [, program, code = ""] = OF_START.exec(message) ?? [];
  if (code === "") return undefined;
  const text = `${program ?? "a thread"} can't be started: ${NO_START[code]}`;
  return { text: message.replace(OF_START, () => text), exitCode: EXIT.badInput };
}

/** `IO Error: Could not write file "/x": No space left on device`. */
function ofDuckDb(message: string): SystemFailure | undefined {
  if (!message.includes("IO Error:")) return undefined;
  const [code] = [...known].find(([, what]) => message.toLowerCase().includes(what)) ?? [];
  return code === undefined ? undefined : { text: message, exitCode: exitCodeOf(code) };
}

/**
 * `Out of Memory Error: Failed to allocate block of 262144 bytes (bad allocation) Possible solutions: ...` of DuckDB. Below its own
 * limit, the system has no more memory for it; DuckDB's advice is about that limit.
 */
const REFUSED_MEMORY = /Out of Memory Error: [^(]*(?:\(bad allocation\)|Allocation failure|bad_alloc).*/;

function ofMemory(message: string): SystemFailure | undefined {
  if (!REFUSED_MEMORY.test(message)) return undefined;
  const advice = "the system gives no more memory: free some, or raise its limit (ulimit -v)";
  return { text: message.replace(REFUSED_MEMORY, advice), exitCode: EXIT.badInput };
}

/** `WebAssembly.Instance(): Out of memory: ...`: V8 reserves addresses for the largest possible memory of each instance. */
function ofWebAssembly(message: string): SystemFailure | undefined {
  if (!/WebAssembly\.\w+\(\): (Out of memory|could not allocate)/.test(message)) return undefined;
  const text = `${message}; each instance needs 10 GB of virtual memory, used or not: raise its limit (ulimit -v)`;
  return { text, exitCode: EXIT.badInput };
}

const exitCodeOf = (code: string) => (mendable.has(code) ? EXIT.badInput : EXIT.unexpected);

/**
 * Adds the resulting state to a system error: `..., what was and what was not done`. Returns any other error unchanged.
 */
export function withState(error: unknown, state: string): unknown {
  const failure = error instanceof ExpectedError ? undefined : systemFailure(error);
  if (failure === undefined) return error;
  return new ExpectedError(`${failure.text}; ${state}`, { exitCode: failure.exitCode, cause: error });
}

/** Adds the path to the error of a call that only knew a file descriptor. */
export function withPath(error: unknown, path: string): unknown {
  if (systemFailure(error) === undefined || oneLine(error).includes(path)) return error;
  return new Error(`${path}: ${oneLine(error)}`, { cause: error });
}
