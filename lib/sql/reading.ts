import { ExpectedError } from "../cli/errors.ts";
import { segments, splitStatements } from "./split.ts";

const READING = ["SELECT", "WITH", "VALUES", "TABLE"];
const SHOWING = ["SHOW", "DESCRIBE", "DESC"];

/** The one statement of a text, without a `;`. ExpectedError when there is none, or several. */
export function requireOneStatement(sql: string): string {
  const statements = splitStatements(sql);
  const [statement] = statements;
  if (statement !== undefined && statements.length === 1) return statement.text;
  throw new ExpectedError(`one statement is expected, but these are ${statements.length}`);
}

/**
 * Refuses a statement that does more than read, by its first word: in standard SQL a statement that begins with
 * SELECT, WITH, VALUES or TABLE has no part that writes. With `showing`, SHOW and DESCRIBE are fine as well.
 */
export function requireReading(statement: string, { showing }: { showing: boolean }): void {
  const code = segments(statement).filter(({ kind }) => kind !== "comment");
  const [, word = ""] = /^[\s(]*([a-z]+)/i.exec(code.map(({ text }) => text).join(" ")) ?? [];
  const allowed = showing ? [...READING, ...SHOWING] : READING;
  if (allowed.includes(word.toUpperCase())) return;
  throw new ExpectedError(`only statements that read are run, and this begins with ${word || "no word"}`);
}
