import { EXIT, ExpectedError, oneLine } from "../cli/errors.ts";
import { systemFailure } from "../cli/system_error.ts";

const EXCERPT = 120;

/** The source of a statement, for messages. */
export interface SqlSource {
  /** Path for people: `sql/kpi/labels.sql`. */
  file: string;
  /** Line of the file on which the statement begins; default 1. */
  line?: number;
  column?: number;
}

/** The source of a statement that begins on `line` of a script. */
export function sourceAt(script: SqlSource | undefined, line: number): SqlSource | undefined {
  return script === undefined ? undefined : { file: script.file, line: (script.line ?? 1) + line - 1 };
}

/**
 * The engine is unavailable: it does not answer, was restarted, refuses the user, or the work was interrupted. Unlike the
 * failure of a statement, it ends a step.
 */
export class EngineUnavailableError extends ExpectedError {
  override readonly name = "EngineUnavailableError";
}

/** A statement that an engine refused or could not complete. */
export class StatementError extends ExpectedError {
  override readonly name = "StatementError";
  /** Its source, or the place in it that the engine names. */
  readonly source: SqlSource | undefined;

  constructor(
    message: string,
    source: SqlSource | undefined,
    options: ConstructorParameters<typeof ExpectedError>[1],
  ) {
    super(message, options);
    this.source = source;
  }
}

/** The error of a statement: its source, the engine's message and the beginning of the statement. */
export function sqlError(
  engine: string,
  statement: string,
  cause: unknown,
  source?: SqlSource,
): StatementError {
  const place = source === undefined ? "" : `${placeText(source)}: `;
  const failure = systemFailure(cause);
  const why = failure?.text ?? lackOfMemory(cause) ?? oneLine(cause);
  const { exitCode } = failure ?? { exitCode: EXIT.badInput };
  const message = `${engine}: ${place}${why} (in: ${excerptOf(statement)})`;
  return new StatementError(message, source, { exitCode, cause });
}

const OUT_OF_MEMORY = "Out of Memory Error";
const NO_SPACE_TO_SPILL = "max_temp_directory_size";

/** Whether a DuckDB statement ran out of memory, rather than of disk space for spilling. */
export function isOutOfMemory(error: unknown): boolean {
  const cause = error instanceof ExpectedError ? oneLine(error.cause) : "";
  return cause.startsWith(OUT_OF_MEMORY) && !cause.includes(NO_SPACE_TO_SPILL);
}

/**
 * Advice for a DuckDB statement that reached its limit of memory or of disk space for spilling; undefined for any other error. DuckDB's
 * own advice is about settings that a restricted session does not allow to change.
 */
function lackOfMemory(cause: unknown): string | undefined {
  const message = oneLine(cause);
  if (!message.startsWith(OUT_OF_MEMORY)) return undefined;
  if (message.includes(NO_SPACE_TO_SPILL)) {
    return "no space left on disk to spill to: free some, or raise the memory limit with --memory-limit, -p memory_limit= of the workflow or DISCOGS_MEMORY_LIMIT";
  }
  const limit = /\/([\d.]+ \w+) used\)/.exec(message)?.[1];
  const limited = limit === undefined ? "" : ` of ${limit}`;
  return `the memory limit${limited} is too low: raise it with --memory-limit, -p memory_limit= of the workflow or DISCOGS_MEMORY_LIMIT`;
}

function placeText({ file, line = 1, column }: SqlSource): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

/** The beginning of a statement on one line. */
function excerptOf(statement: string): string {
  const flat = statement.replace(/\s+/g, " ").trim();
  return flat.length > EXCERPT ? `${flat.slice(0, EXCERPT)}...` : flat;
}
