import { extname } from "node:path";
import type { QueryResult } from "../engine.ts";
import { csvOf, tableOf } from "../render_result.ts";
import { jsonLinesOf } from "./json_lines.ts";

/** How a result can be written. */
export const RESULT_FORMATS = ["table", "csv", "json", "arrow", "parquet"] as const;
/** A format that results can be written in. */
export type ResultFormat = (typeof RESULT_FORMATS)[number];

type Render = (parts: AsyncIterable<QueryResult>) => AsyncIterable<string | Uint8Array>;

/** What turns a result into each format, as its rows come. */
export const renderers: Readonly<Record<ResultFormat, Render>> = {
  table: tableOf,
  csv: csvOf,
  json: jsonLinesOf,
  // Loaded when they are asked for: every other query would wait for them.
  async *arrow(parts) {
    yield* (await import("./arrow_stream.ts")).arrowOf(parts);
  },
  async *parquet(parts) {
    yield* (await import("./parquet_stream.ts")).parquetOf(parts);
  },
};

const SUFFIXES: Readonly<Record<string, ResultFormat>> = {
  ".csv": "csv",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".arrow": "arrow",
  ".arrows": "arrow",
  ".parquet": "parquet",
};

/** The format that a file's name says; undefined where it says none. */
export function formatOfFile(path: string): ResultFormat | undefined {
  const suffix = extname(path).toLowerCase();
  return Object.hasOwn(SUFFIXES, suffix) ? SUFFIXES[suffix] : undefined;
}

/** Whether a format is bytes, of which a terminal makes nothing, and a whole of one result. */
export function isBinary(format: ResultFormat): boolean {
  return format === "arrow" || format === "parquet";
}
