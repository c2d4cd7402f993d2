/**
 * A parsed JSON value. Numbers keep their digits (`JSON.parse` rounds beyond 2^53), and objects are maps, so that no member name
 * is special.
 */
export type JsonValue = null | boolean | string | JsonNumber | JsonObject | readonly JsonValue[];
/** An object of a JSON text, with its members in order. */
export type JsonObject = ReadonlyMap<string, JsonValue>;
/** A number of a JSON text, with all of its digits. */
export interface JsonNumber {
  /** As written in the text, e.g. `12`, `-1.5e3`. */
  digits: string;
}

/** An error in a JSON text, with line and column from 1; columns are in characters. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";

  constructor(text: string, at: number, problem: string) {
    const before = text.slice(0, at).split("\n");
    const column = [...(before.at(-1) ?? "")].length + 1;
    super(`line ${before.length}, column ${column}: ${problem}`);
  }
}

/** How to represent what JavaScript's own values can't hold as written. */
interface Makers {
  number(digits: string): unknown;
  object(members: Map<string, unknown>): unknown;
}

interface Cursor extends Makers {
  readonly text: string;
  at: number;
}

const EXACT: Makers = { number: (digits) => ({ digits }), object: (members) => members };

/** Deeper nesting is refused; pages of an API have less than ten levels. */
const MAX_DEPTH = 256;
const BLANK = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses a JSON text (RFC 8259). Of members with the same name the last one counts.
 * @throws JsonSyntaxError with line and column
 */
export function parseJson(text: string): JsonValue {
  return parse(text, EXACT) as JsonValue;
}

/**
 * Parses a JSON text like `JSON.parse`, except that numbers are converted from their digits by the caller, and members with
 * special names are ordinary members.
 * @throws JsonSyntaxError with line and column
 */
export function parsePlainJson(text: string, number: (digits: string) => unknown): unknown {
  return parse(text, { number, object: Object.fromEntries });
}

function parse(text: string, makers: Makers): unknown {
  const cursor: Cursor = { text, at: 0, ...makers };
  const value = readValue(cursor, 0);
  if (peek(cursor) !== undefined) throw unexpected(cursor, "the end");
  return value;
}

/** Whether a value is an object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

/** Whether a value is an array. */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether a value is a number. */
export function isJsonNumber(value: JsonValue | undefined): value is JsonNumber {
  return typeof value === "object" && value !== null && "digits" in value;
}

function readValue(cursor: Cursor, depth: number): unknown {
  const next = peek(cursor);
  if (depth === MAX_DEPTH && (next === "{" || next === "["))
    throw new JsonSyntaxError(cursor.text, cursor.at, `nested deeper than ${MAX_DEPTH} levels`);
  if (next === "{") return readObject(cursor, depth);
  if (next === "[") return readArray(cursor, depth);
  if (next === '"') return readString(cursor);
  const literal = match(cursor, LITERAL);
  if (literal !== undefined) return literal === "null" ? null : literal === "true";
  const digits = match(cursor, NUMBER);
  if (digits !== undefined) return cursor.number(digits);
  throw unexpected(cursor, "a value");
}

function readObject(cursor: Cursor, depth: number): unknown {
  const members = new Map<string, unknown>();
  cursor.at++;
  if (takeIf(cursor, "}")) return cursor.object(members);
  do {
    if (peek(cursor) !== '"') throw unexpected(cursor, "a member name in quotes");
    const name = readString(cursor);
    if (!takeIf(cursor, ":")) throw unexpected(cursor, '":"');
    members.set(name, readValue(cursor, depth + 1));
  } while (takeIf(cursor, ","));
  if (!takeIf(cursor, "}")) throw unexpected(cursor, '"," or "}"');
  return cursor.object(members);
}

function readArray(cursor: Cursor, depth: number): unknown[] {
  const items: unknown[] = [];
  cursor.at++;
  if (takeIf(cursor, "]")) return items;
  do items.push(readValue(cursor, depth + 1));
  while (takeIf(cursor, ","));
  if (!takeIf(cursor, "]")) throw unexpected(cursor, '"," or "]"');
  return items;
}

function readString(cursor: Cursor): string {
  const { text, at: start } = cursor;
  let isEscaped = false;
  for (cursor.at++; cursor.at < text.length; cursor.at++) {
    const code = text.charCodeAt(cursor.at);
    if (code === QUOTE) {
      cursor.at++;
      if (!isEscaped) return text.slice(start + 1, cursor.at - 1);
      return String(JSON.parse(text.slice(start, cursor.at)));
    }
    if (code < 0x20) throw new JsonSyntaxError(text, cursor.at, "a control character in a string");
    if (code !== BACKSLASH) continue;
    if (match(cursor, ESCAPE) === undefined) {
      throw new JsonSyntaxError(text, cursor.at, "an unknown escape in a string");
    }
    isEscaped = true;
    cursor.at--;
  }
  throw new JsonSyntaxError(text, start, "a string that does not end");
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

/** The next character that is not white space; undefined at the end. */
function peek(cursor: Cursor): string | undefined {
  if (cursor.text.charCodeAt(cursor.at) <= SPACE) match(cursor, BLANK);
  return cursor.text[cursor.at];
}

function takeIf(cursor: Cursor, character: string): boolean {
  const isNext = peek(cursor) === character;
  if (isNext) cursor.at++;
  return isNext;
}

function unexpected(cursor: Cursor, wanted: string): JsonSyntaxError {
  const code = cursor.text.codePointAt(cursor.at);
  const found = code === undefined ? "the text ends" : `found ${JSON.stringify(String.fromCodePoint(code))}`;
  return new JsonSyntaxError(cursor.text, cursor.at, `expected ${wanted}, but ${found}`);
}
