import type { CutEnd } from "../../dump/block_source.ts";
import type { CutBlock } from "../../dump/record_cutter.ts";
import type { ReadOptions, ReadSource } from "../../dump/source.ts";
import type { WrittenPart } from "../../parquet/dataset_writer.ts";
import type { PackedColumns } from "../../parquet/packed_columns.ts";
import type { PlainPart, RowTotals } from "../../parquet/part_rows.ts";
import type { BlockParserOptions } from "../../parser/block_parser.ts";
import type { QuickReply } from "../parsed_blocks.ts";
import type { StageSeconds } from "../stage_times.ts";

/** Start parameters of a worker. */
export interface WorkerStart {
  options: BlockParserOptions;
  /** Only for the worker that reads the dump. */
  dump: { path: string; fd: number; reading: ReadOptions } | undefined;
}

/** A call to a BlockSource. It returns the memory of blocks no longer in use. */
export interface ReadJob {
  kind: "read";
  call: "block" | "end" | "chunk" | "identity";
  reusable: readonly Uint8Array<ArrayBuffer>[];
}

/** Result of a call to a BlockSource. */
export type ReadReply = CutBlock | CutEnd | Uint8Array<ArrayBuffer> | ReadSource | undefined;

/** Bytes that should be whole records. They are transferred, and returned with the reply, a QuickReply. */
export interface ParseJob {
  kind: "parse";
  bytes: Uint8Array<ArrayBuffer>;
}

/** Ends the current part of a dataset. The reply is a PlainPart. */
export interface EndJob {
  kind: "end";
  dataset: number;
}

/** Sums up all rows of a dataset. The reply is RowTotals. */
export interface TotalsJob {
  kind: "totals";
  dataset: number;
}

/** Encodes a part. The reply is a WrittenPart. */
export interface EncodeJob {
  kind: "encode";
  part: PlainPart;
}

/** Calls to PartSinks, in order, without a reply. */
export interface Calls {
  kind: "calls";
  calls: readonly PartCall[];
}

/** A call to the PartSink of one dataset. The columns passed are transferred. */
export type PartCall = { dataset: number } & (
  | { name: "begin"; path: string }
  | { name: "take"; packed: PackedColumns }
  | { name: "append"; from: number; to: number }
);

/** A job for a worker thread. */
export type Job = ReadJob | ParseJob | EndJob | TotalsJob | EncodeJob;
/** Result of a job. */
export type Reply = ReadReply | QuickReply | PlainPart | RowTotals | WrittenPart;

/** Outcome of a job, its result or its error, with the thread's busy time since the last answer. */
export type Answer = ({ result: Reply } | { error: unknown }) & { busy: StageSeconds };
