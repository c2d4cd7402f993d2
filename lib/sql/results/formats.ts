import { extname } from "node:path";
import type { QueryResult } from "../engine.ts";
import { csvOf, tableOf } from "../render_result.ts";
import { jsonLinesOf } from "./json_lines.ts";

/** The formats of results. */
export const RESULT_FORMATS = ["table", "csv", "json", "arrow", "parquet"] as const;
/** A format of results. */
export type ResultFormat = (typeof RESULT_FORMATS)[number];

type Render = (parts: AsyncIterable<QueryResult>) => AsyncIterable<string | Uint8Array>;

/** Writers by format, which stream the rows. */
export const renderers: Readonly<Record<ResultFormat, Render>> = {
  table: tableOf,
  csv: csvOf,
  json: jsonLinesOf,
  // Loaded on demand, so that other queries do not wait for them.
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

/** The format implied by a file name; undefined if there is none. */
export function formatOfFile(path: string): ResultFormat | undefined {
  const suffix = extname(path).toLowerCase();
  return Object.hasOwn(SUFFIXES, suffix) ? SUFFIXES[suffix] : undefined;
}

/** Whether a format is binary: not for a terminal, and for one result only. */
export function isBinary(format: ResultFormat): boolean {
  return format === "arrow" || format === "parquet";
}
