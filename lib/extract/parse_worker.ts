import { parentPort, workerData } from "node:worker_threads";
import { packColumns } from "../parquet/packed_columns.ts";
import { BlockParser } from "./block_parser.ts";
import { answerJobs, type ParseJob, type ParseReply, type WorkerStart } from "./worker_messages.ts";

// A thread of WorkerPool that parses blocks.

const { options }: WorkerStart = workerData;
const parser = new BlockParser(options);

async function parse({ bytes }: ParseJob): Promise<ParseReply> {
  const records = parser.parseWhole(bytes);
  const datasets = parser.rows.map(({ columns, rows, counts }) => ({
    ...packColumns(columns),
    rows,
    counts,
  }));
  return { bytes, records, datasets };
}

answerJobs(parentPort, parse, ({ bytes, datasets }) => [
  bytes.buffer,
  ...datasets.map(({ memory }) => memory),
]);
