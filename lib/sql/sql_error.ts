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
  const { exitCode } = systemFailure(cause) ?? { exitCode: EXIT.badInput };
  const message = `${engine}: ${place}${oneLine(cause)} (in: ${excerptOf(statement)})`;
  return new ExpectedError(message, { exitCode, cause });
}

function placeText({ file, line = 1, column }: SqlSource): string {
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

/** The beginning of a statement as one line. */
export function excerptOf(statement: string): string {
  const flat = statement.replace(/\s+/g, " ").trim();
  return flat.length > EXCERPT ? `${flat.slice(0, EXCERPT)}...` : flat;
}
