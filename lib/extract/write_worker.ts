import { parentPort, workerData } from "node:worker_threads";
import type { ColumnData } from "../parquet/column_buffers.ts";
import { PartFiles } from "../parquet/part_file.ts";
import { answerJobs, type WorkerStart, type WriteJob, type WriteReply } from "./worker_messages.ts";

// The thread of WorkerPool that writes parts: one, so that the memory of an encoder is there once.

const { options }: WorkerStart = workerData;
const datasets = options.datasets.map((dataset) => ({
  parts: new PartFiles(dataset.columns),
  columns: [] as readonly ColumnData[],
}));

function write(job: WriteJob): Promise<WriteReply> | undefined {
  const dataset = datasets[job.dataset] as (typeof datasets)[number];
  if (job.kind === "write") return dataset.parts.write(job.path);
  if (job.kind === "rows") dataset.columns = job.columns;
  else dataset.parts.add(dataset.columns, job.from, job.to);
  return undefined;
}

answerJobs(parentPort, write);
