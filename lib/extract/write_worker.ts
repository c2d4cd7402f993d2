import { parentPort, workerData } from "node:worker_threads";
import { PartFiles } from "../parquet/part_file.ts";
import { answerJobs, type WorkerStart, type WriteJob, type WriteReply } from "./worker_messages.ts";

// The thread of WorkerPool that writes parts: one, so that the memory of an encoder is there once.

const { options }: WorkerStart = workerData;
const parts = options.datasets.map((dataset) => new PartFiles(dataset.columns));

function write(job: WriteJob): Promise<WriteReply> | undefined {
  const part = parts[job.dataset] as PartFiles;
  if (job.kind === "write") return part.write(job.path);
  part.add(job.columns, job.from, job.to);
  return undefined;
}

answerJobs(parentPort, write);
