import { ExpectedError } from "../cli/errors.ts";
import { didYouMean, nearest } from "../cli/nearest.ts";
import { segments, splitStatements } from "./split.ts";

const READING = ["SELECT", "WITH", "VALUES", "TABLE"];
const SHOWING = ["SHOW", "DESCRIBE", "DESC", "SUMMARIZE"];
const ALL = [...READING, ...SHOWING, "EXPLAIN"];
/** EXPLAIN with its options, which must be distinguished from a SELECT in parentheses. */
const EXPLAIN =
  /^\s*EXPLAIN\b(\s+(ANALYZE|VERBOSE)\b)*(\s*\((?![\s(]*(SELECT|WITH|VALUES|TABLE|FROM)\b)[^()'"]*\))?/i;

/** The single statement of a text, without a `;`. ExpectedError if there are none or several. */
export function requireOneStatement(sql: string): string {
  const statements = splitStatements(sql);
  const [statement] = statements;
  if (statement !== undefined && statements.length === 1) return statement.text;
  throw new ExpectedError(`expected one statement, but found ${statements.length}`);
}

/**
 * Refuses a statement that does more than read, by its first word: in standard SQL a statement that begins with SELECT, WITH,
 * VALUES or TABLE does not write. With `showing`, also accepts SHOW, DESCRIBE, SUMMARIZE, and EXPLAIN of a reading statement,
 * because EXPLAIN ANALYZE runs what it explains.
 */
export function requireReading(statement: string, { showing }: { showing: boolean }): void {
  const { explain, select } = withoutExplain(statement);
  const allowed = showing && explain === "" ? [...READING, ...SHOWING] : READING;
  const word = firstWord(explain === "" || showing ? select : explain);
  if (allowed.includes(word.toUpperCase())) return;
  const meant = didYouMean(word, allowed === READING ? READING : ALL);
  throw new ExpectedError(
    `only statements that read are allowed, but this begins with ${word || "no word"}${meant}`,
  );
}

/** Whether a text begins like a reading statement. */
export function looksLikeReading(text: string): boolean {
  return ALL.includes(firstWord(text).toUpperCase());
}

/** The first word of a reading statement that a text begins with, if need be mistyped; undefined if none is near. */
export function readingWord(text: string): string | undefined {
  return nearest(firstWord(text), ALL);
}

/**
 * Splits a statement into its EXPLAIN with options, with comments replaced by blanks (empty if there is none), and the SELECT.
 */
export function withoutExplain(statement: string): { explain: string; select: string } {
  const [explain = ""] = EXPLAIN.exec(blankComments(statement)) ?? [];
  return { explain, select: statement.slice(explain.length) };
}

function firstWord(sql: string): string {
  return /^[\s(]*([a-z]+)/i.exec(blankComments(sql))?.[1] ?? "";
}

/** Replaces comments by blanks, keeping the length of the text. */
function blankComments(sql: string): string {
  return segments(sql)
    .map(({ kind, text }) => (kind === "comment" ? text.replace(/[^\n]/g, " ") : text))
    .join("");
}
