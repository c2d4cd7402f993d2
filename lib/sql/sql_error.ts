import { EXIT, ExpectedError, oneLine } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";

const EXCERPT = 120;

/** Where a statement comes from, for messages. */
export interface SqlSource {
  /** As a person knows it: `sql/kpi/labels.sql`. */
  file: string;
  /** Line of the file on which the statement's text begins; 1 when it is left out. */
  line?: number;
  column?: number;
}

/** The source of a statement whose text begins on `line` of a script. */
export function sourceAt(script: SqlSource | undefined, line: number): SqlSource | undefined {
  return script === undefined ? undefined : { file: script.file, line: (script.line ?? 1) + line - 1 };
}

/**
 * The engine can't be used, or not any more: it does not answer, was restarted, refuses the user, or the work was
 * interrupted. It is not the statement that failed, so a step ends with it, unlike with the failure of one statement.
 */
export class EngineUnavailableError extends ExpectedError {
  override readonly name = "EngineUnavailableError";
}

/**
 * A statement that an engine refused or could not finish: where it comes from, the engine's own message and the
 * statement's beginning.
 */
export function sqlError(
  engine: string,
  statement: string,
  cause: unknown,
  source?: SqlSource,
): ExpectedError {
  const place = source === undefined ? "" : `${placeText(source)}: `;
  const why = lackOfMemory(cause) ?? oneLine(cause);
  const { exitCode } = systemFailure(cause) ?? { exitCode: EXIT.badInput };
  return new ExpectedError(`${engine}: ${place}${why} (in: ${excerptOf(statement)})`, { exitCode, cause });
}

/**
 * What to do about a statement of DuckDB that has run out of memory, or of disk to spill to; undefined for any other
 * error. DuckDB's own advice is of settings that a fenced session does not let anybody change.
 */
function lackOfMemory(cause: unknown): string | undefined {
  const message = oneLine(cause);
  if (!message.startsWith("Out of Memory Error")) return undefined;
  if (message.includes("max_temp_directory_size")) {
    return "there is no room on the disk for what does not fit into memory: free some of it, or give more memory with --memory-limit, -p memory_limit= of the workflow or DISCOGS_MEMORY_LIMIT";
  }
  const limit = /\/([\d.]+ \w+) used\)/.exec(message)?.[1];
  const limited = limit === undefined ? "" : ` of ${limit}`;
  return `the memory limit${limited} is too low: raise it with --memory-limit, -p memory_limit= of the workflow or DISCOGS_MEMORY_LIMIT`;
}

function placeText({ file, line = 1, column }: SqlSource): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

/** The beginning of a statement as one line. */
export function excerptOf(statement: string): string {
  const flat = statement.replace(/\s+/g, " ").trim();
  return flat.length > EXCERPT ? `${flat.slice(0, EXCERPT)}...` : flat;
}
