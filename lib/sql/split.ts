import { ExpectedError } from "../cli/errors.ts";

/** A segment of SQL text: code, or something in which `;` and names have no meaning. */
export interface SqlSegment {
  kind: "code" | "string" | "quoted" | "comment";
  text: string;
  /** Index of the first character in the whole text. */
  start: number;
}

/** One statement of a SQL file, with its place in the file. */
export interface Statement {
  /** Without the `;` and without surrounding white space. */
  text: string;
  /** Line on which its code begins, counted from 1. */
  line: number;
  /** Line on which its text begins: earlier than `line` when comments come first. */
  textLine: number;
}

const OPENINGS = [
  { kind: "string", open: "'", close: "'" },
  { kind: "quoted", open: '"', close: '"' },
  { kind: "comment", open: "--", close: "\n" },
  { kind: "comment", open: "/*", close: "*/" },
] as const;

/**
 * Splits standard SQL into code, 'strings', "quoted names" and comments. A doubled quote ends one segment and begins the next of
 * the same kind, which makes no difference. Throws ExpectedError for an unterminated one.
 */
export function segments(sql: string): SqlSegment[] {
  const found: SqlSegment[] = [];
  let codeStart = 0;
  let at = 0;
  while (at < sql.length) {
    const opening = OPENINGS.find(({ open }) => sql.startsWith(open, at));
    if (opening === undefined) {
      at += 1;
      continue;
    }
    if (at > codeStart) found.push({ kind: "code", text: sql.slice(codeStart, at), start: codeStart });
    const end = endOf(sql, at, opening);
    found.push({ kind: opening.kind, text: sql.slice(at, end), start: at });
    at = end;
    codeStart = end;
  }
  if (codeStart < sql.length) found.push({ kind: "code", text: sql.slice(codeStart), start: codeStart });
  return found;
}

function endOf(sql: string, start: number, opening: (typeof OPENINGS)[number]): number {
  const close = sql.indexOf(opening.close, start + opening.open.length);
  if (close >= 0) return close + opening.close.length;
  if (opening.open === "--") return sql.length;
  throw new ExpectedError(
    `the SQL text has a ${opening.open} on line ${lineAt(sql, start)} that is not terminated`,
  );
}

/** The statements of a script, without those that consist of comments or white space. */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let text = "";
  let firstText: number | undefined;
  let firstCode: number | undefined;
  const finish = () => {
    if (firstText !== undefined && firstCode !== undefined) {
      const lines = { line: lineAt(sql, firstCode), textLine: lineAt(sql, firstText) };
      statements.push({ text: text.trim(), ...lines });
    }
    text = "";
    firstText = undefined;
    firstCode = undefined;
  };
  for (const segment of segments(sql)) {
    for (const [start, piece] of piecesOf(segment)) {
      if (piece === ";") {
        finish();
        continue;
      }
      text += piece;
      if (piece.trim() === "") continue;
      const first = start + piece.search(/\S/);
      firstText ??= first;
      if (segment.kind !== "comment") firstCode ??= first;
    }
  }
  finish();
  return statements;
}

/** Splits code at semicolons, which become separate pieces; everything else stays whole. */
function piecesOf(segment: SqlSegment): [start: number, piece: string][] {
  if (segment.kind !== "code") return [[segment.start, segment.text]];
  const pieces: [number, string][] = [];
  for (const match of segment.text.matchAll(/;|[^;]+/g)) pieces.push([segment.start + match.index, match[0]]);
  return pieces;
}

function lineAt(sql: string, index: number): number {
  return sql.slice(0, index).split("\n").length;
}
