import type { MessagePort } from "node:worker_threads";
import type { DatasetFile } from "../lake/done.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import type { PackedColumns } from "../parquet/packed_columns.ts";
import type { BlockParserOptions } from "./block_parser.ts";

/** What a worker is started with. */
export interface WorkerStart {
  options: BlockParserOptions;
}

/** Bytes that should be whole records. They are handed over, and come back with the reply. */
export interface ParseJob {
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

/**
 * The rows of one dataset that a block gave, which are handed over; then which of them the part at hand takes, maybe
 * more than once; and that the part is complete and is to be written.
 */
export type WriteJob =
  | { kind: "rows"; dataset: number; columns: readonly ColumnData[] }
  | { kind: "add"; dataset: number; from: number; to: number }
  | { kind: "write"; dataset: number; path: string };

export type WriteReply = DatasetFile;

/** How a job ended: with its result, or with what was thrown. */
export type Outcome<T> = { result: T } | { error: unknown };

/** Does a worker's jobs and answers them; `transfer` says which memory of a result is handed over. */
export function answerJobs<Job, Result>(
  port: MessagePort | null,
  work: (job: Job) => Promise<Result> | undefined,
  transfer: (result: Result) => ArrayBuffer[] = () => [],
): void {
  port?.on("message", (job: Job) => {
    work(job)?.then(
      (result) => port.postMessage({ result } satisfies Outcome<Result>, transfer(result)),
      (error: unknown) => port.postMessage({ error } satisfies Outcome<Result>),
    );
  });
}
