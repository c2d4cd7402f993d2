import type { DatasetFile } from "../lake/done.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import type { PackedColumns } from "../parquet/packed_columns.ts";

/** Rows `[from, to)` of some columns. */
export interface PartPiece {
  columns: readonly ColumnData[];
  from: number;
  to: number;
}

export type WorkerJob =
  | { kind: "parse"; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "write"; dataset: number; path: string; pieces: readonly PartPiece[] };

/** The rows of one dataset that a block gave, and what was counted on the way. */
export interface PackedRows extends PackedColumns {
  rows: number;
  counts: ReadonlyMap<string, number>;
}

/** The rows of a block for each dataset, or that its bytes are not whole, sound records. */
export interface ParseReply {
  kind: "parse";
  /** The bytes that were parsed, handed back. */
  bytes: Uint8Array<ArrayBuffer>;
  records: number | undefined;
  datasets: readonly PackedRows[];
}

export interface WriteReply {
  kind: "write";
  file: DatasetFile;
}

/** What a worker answers to a job; an error when it is one that nobody expected. */
export type WorkerReply = ParseReply | WriteReply | { kind: "error"; error: unknown };
