import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { packColumns } from "../parquet/packed_columns.ts";
import { PartFiles } from "../parquet/part_file.ts";
import { BlockParser, type BlockParserOptions } from "./block_parser.ts";
import type { ParseReply, WorkerJob, WorkerReply, WriteReply } from "./worker_messages.ts";

// A thread of WorkerPool: parses blocks and writes parts, one job at a time.

const options: BlockParserOptions = workerData;
const parser = new BlockParser(options);
const parts = options.datasets.map((dataset) => new PartFiles(dataset.columns));

async function work(job: WorkerJob): Promise<ParseReply | WriteReply> {
  return job.kind === "parse" ? parse(job.bytes) : write(job);
}

function parse(bytes: Uint8Array<ArrayBuffer>): ParseReply {
  const records = parser.parseWhole(bytes);
  const datasets = parser.rows.map(({ columns, rows, counts }) => ({
    ...packColumns(columns),
    rows,
    counts,
  }));
  return { kind: "parse", bytes, records, datasets };
}

async function write({ dataset, path, pieces }: WorkerJob & { kind: "write" }): Promise<WriteReply> {
  const part = parts[dataset] as PartFiles;
  for (const { columns, from, to } of pieces) part.add(columns, from, to);
  return { kind: "write", file: await part.write(path) };
}

function transferred(reply: WorkerReply): ArrayBuffer[] {
  if (reply.kind !== "parse") return [];
  return [reply.bytes.buffer, ...reply.datasets.map(({ memory }) => memory)];
}

async function answer(port: MessagePort, job: WorkerJob): Promise<void> {
  const reply = await work(job).catch((error: unknown) => ({ kind: "error" as const, error }));
  port.postMessage(reply, transferred(reply));
}

parentPort?.on("message", (job: WorkerJob) => {
  void answer(parentPort as MessagePort, job);
});
