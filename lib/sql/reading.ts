import { ExpectedError } from "../cli/errors.ts";
import { segments, splitStatements } from "./split.ts";

const READING = ["SELECT", "WITH", "VALUES", "TABLE"];
const SHOWING = ["SHOW", "DESCRIBE", "DESC", "SUMMARIZE"];
/** EXPLAIN with its options, which a SELECT in parentheses must not be taken for. */
const EXPLAIN =
  /^\s*EXPLAIN\b(\s+(ANALYZE|VERBOSE)\b)*(\s*\((?![\s(]*(SELECT|WITH|VALUES|TABLE|FROM)\b)[^()'"]*\))?/i;

/** The one statement of a text, without a `;`. ExpectedError when there is none, or several. */
export function requireOneStatement(sql: string): string {
  const statements = splitStatements(sql);
  const [statement] = statements;
  if (statement !== undefined && statements.length === 1) return statement.text;
  throw new ExpectedError(`one statement is expected, but these are ${statements.length}`);
}

/**
 * Refuses a statement that does more than read, by its first word: in standard SQL a statement that begins with
 * SELECT, WITH, VALUES or TABLE has no part that writes. With `showing`, SHOW, DESCRIBE, SUMMARIZE, and EXPLAIN of a
 * statement that reads are fine as well: EXPLAIN ANALYZE runs what it explains.
 */
export function requireReading(statement: string, { showing }: { showing: boolean }): void {
  const { explain, select } = withoutExplain(statement);
  const allowed = showing && explain === "" ? [...READING, ...SHOWING] : READING;
  const word = firstWord(explain === "" || showing ? select : explain);
  if (allowed.includes(word.toUpperCase())) return;
  throw new ExpectedError(`only statements that read are run, and this begins with ${word || "no word"}`);
}

/** Whether a text begins like SQL that reads. */
export function looksLikeReading(text: string): boolean {
  return [...READING, ...SHOWING, "EXPLAIN"].includes(firstWord(text).toUpperCase());
}

/**
 * The SELECT of a statement, and the EXPLAIN with its options before it, in which comments have become blanks; empty
 * where there is none.
 */
export function withoutExplain(statement: string): { explain: string; select: string } {
  const [explain = ""] = EXPLAIN.exec(blankComments(statement)) ?? [];
  return { explain, select: statement.slice(explain.length) };
}

function firstWord(sql: string): string {
  return /^[\s(]*([a-z]+)/i.exec(blankComments(sql))?.[1] ?? "";
}

/** The text, as long as before, with blanks for comments. */
function blankComments(sql: string): string {
  return segments(sql)
    .map(({ kind, text }) => (kind === "comment" ? text.replace(/[^\n]/g, " ") : text))
    .join("");
}
