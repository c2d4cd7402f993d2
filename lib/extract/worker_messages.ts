import type { CutEnd } from "../dump/block_source.ts";
import type { CutBlock } from "../dump/record_cutter.ts";
import type { SourceIdentity } from "../dump/source.ts";
import type { DatasetFile } from "../lake/done.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import type { PackedColumns } from "../parquet/packed_columns.ts";
import type { BlockParserOptions } from "./block_parser.ts";
import type { StageSeconds } from "./stage_times.ts";

/** What a worker is started with. */
export interface WorkerStart {
  options: BlockParserOptions;
  /** Only for the worker that reads the dump. */
  dump: { path: string; fd: number } | undefined;
}

/** A call of a BlockSource. With it the memory of blocks comes back that nobody reads any more. */
export interface ReadJob {
  kind: "read";
  call: "block" | "end" | "chunk" | "identity";
  reusable: readonly Uint8Array<ArrayBuffer>[];
}

/** What a call of a BlockSource gives. */
export type ReadReply = CutBlock | CutEnd | Uint8Array<ArrayBuffer> | SourceIdentity | undefined;

/** Bytes that should be whole records. They are handed over, and come back with the reply. */
export interface ParseJob {
  kind: "parse";
  bytes: Uint8Array<ArrayBuffer>;
}

/** The rows of one dataset that a block gave, and what was counted on the way. */
export interface PackedRows extends PackedColumns {
  rows: number;
  counts: ReadonlyMap<string, number>;
}

/** The rows of a block for each dataset; `records` is undefined when its bytes are not whole, sound records. */
export interface ParseReply {
  bytes: Uint8Array<ArrayBuffer>;
  records: number | undefined;
  datasets: readonly PackedRows[];
}

/** That the part at hand of a dataset is complete and is to be written. */
export interface WriteJob {
  kind: "write";
  dataset: number;
  path: string;
}

export type WriteReply = DatasetFile;

/**
 * What is not answered: the rows of one dataset that a block gave, which are handed over; then which of them the part
 * that is going to be at `path` takes, maybe more than once.
 */
export type Message =
  | { kind: "rows"; dataset: number; columns: readonly ColumnData[] }
  | { kind: "add"; dataset: number; path: string; from: number; to: number };

export type Job = ReadJob | ParseJob | WriteJob;
export type Reply = ReadReply | ParseReply | WriteReply;

/** How a job ended, with its result or with what was thrown, and what kept the thread busy since the last answer. */
export type Answer = ({ result: Reply } | { error: unknown }) & { busy: StageSeconds };
