import type { CutEnd } from "../../dump/block_source.ts";
import type { CutBlock } from "../../dump/record_cutter.ts";
import type { ReadOptions, ReadSource } from "../../dump/source.ts";
import type { WrittenPart } from "../../parquet/dataset_writer.ts";
import type { PackedColumns } from "../../parquet/packed_columns.ts";
import type { PlainPart } from "../../parquet/part_rows.ts";
import type { BlockParserOptions } from "../../parser/block_parser.ts";
import type { NoticedPaths } from "../../parser/noticed_paths.ts";
import type { StageSeconds } from "../stage_times.ts";

/** What a worker is started with. */
export interface WorkerStart {
  options: BlockParserOptions;
  /** Only for the worker that reads the dump. */
  dump: { path: string; fd: number; reading: ReadOptions } | undefined;
}

/** A call of a BlockSource. With it the memory of blocks comes back that nobody reads any more. */
export interface ReadJob {
  kind: "read";
  call: "block" | "end" | "chunk" | "identity";
  reusable: readonly Uint8Array<ArrayBuffer>[];
}

/** What a call of a BlockSource gives. */
export type ReadReply = CutBlock | CutEnd | Uint8Array<ArrayBuffer> | ReadSource | undefined;

/** Bytes that should be whole records. They are handed over, and come back with the reply. */
export interface ParseJob {
  kind: "parse";
  bytes: Uint8Array<ArrayBuffer>;
}

/** The rows of one dataset that a block gave, and what was counted on the way. */
export interface PackedRows {
  packed: PackedColumns;
  rows: number;
  items: number;
  counts: ReadonlyMap<string, number>;
}

/** The rows of a block for each dataset; `records` is undefined when its bytes are not whole, sound records. */
export interface ParseReply {
  bytes: Uint8Array<ArrayBuffer>;
  records: number | undefined;
  datasets: readonly PackedRows[];
  noticed: NoticedPaths;
}

/** That the part of a dataset that was begun has all of its rows. The reply is a PlainPart. */
export interface EndJob {
  kind: "end";
  dataset: number;
}

/** A part that is to be encoded. The reply is a WrittenPart. */
export interface EncodeJob {
  kind: "encode";
  part: PlainPart;
}

/** Calls of PartSinks, in their order, which are not answered. */
export interface Calls {
  kind: "calls";
  calls: readonly PartCall[];
}

/** A call of the PartSink of one dataset. Columns that it takes are handed over. */
export type PartCall = { dataset: number } & (
  | { name: "begin"; path: string }
  | { name: "take"; packed: PackedColumns }
  | { name: "append"; from: number; to: number }
);

export type Job = ReadJob | ParseJob | EndJob | EncodeJob;
export type Reply = ReadReply | ParseReply | PlainPart | WrittenPart;

/** How a job ended, with its result or with what was thrown, and what kept the thread busy since the last answer. */
export type Answer = ({ result: Reply } | { error: unknown }) & { busy: StageSeconds };
