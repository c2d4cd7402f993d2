import { extname } from "node:path";
import { ExpectedError } from "../../cli/errors.ts";
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
  ".txt": "table",
  ".csv": "csv",
  ".json": "json",
  ".jsonl": "json",
  ".ndjson": "json",
  ".arrow": "arrow",
  ".arrows": "arrow",
  ".parquet": "parquet",
};

/** The format implied by the suffix of a file name, `table` if there is none. ExpectedError for an unknown suffix. */
export function formatOfFile(path: string): ResultFormat {
  const suffix = extname(path);
  const format = suffix === "" ? "table" : new Map(Object.entries(SUFFIXES)).get(suffix.toLowerCase());
  if (format !== undefined) return format;
  const known = Object.keys(SUFFIXES).join(", ");
  throw new ExpectedError(
    `${path}: no format has the suffix ${suffix}: use one of ${known}, or give --format`,
  );
}

/** Whether a format is binary: not for a terminal, and for one result only. */
export function isBinary(format: ResultFormat): boolean {
  return format === "arrow" || format === "parquet";
}
