import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { CutDump } from "../../dump/block_source.ts";
import { readOpenDump } from "../../dump/source.ts";
import type { WrittenPart } from "../../parquet/dataset_writer.ts";
import { BlockParser } from "../../parser/block_parser.ts";
import { parsedWhole } from "../parsed_blocks.ts";
import { StageTimes } from "../stage_times.ts";
import { PartCollector } from "./part_collector.ts";
import type {
  Answer,
  Calls,
  EncodeJob,
  Job,
  ReadJob,
  ReadReply,
  Reply,
  WorkerStart,
} from "./worker_messages.ts";

// A thread of WorkerPool: runs jobs of any kind, one after another.

const { options, dump }: WorkerStart = workerData;
const source = dump && new CutDump(readOpenDump(dump.path, dump.fd, dump.reading), options.entity);
const parser = new BlockParser(options);
const times = new StageTimes();

async function read({ call, reusable }: ReadJob): Promise<ReadReply> {
  if (source === undefined) throw new TypeError("this thread has no dump to read");
  for (const bytes of reusable) source.reuse(bytes);
  return source[call]();
}

/** The parts of all datasets, in the thread that collects them. */
let collector: PartCollector | undefined;

function parts(): PartCollector {
  collector ??= new PartCollector(options.datasets);
  return collector;
}

/** Loaded lazily, so that only encoding threads load the encoder. */
async function encode({ part }: EncodeJob): Promise<WrittenPart> {
  const { encodePart } = await import("../../parquet/part_file.ts");
  return encodePart(part);
}

function work(job: Job): Promise<Reply> {
  if (job.kind === "read") return times.time("decompress", () => read(job));
  if (job.kind === "parse") return times.time("parse", () => parsedWhole(parser, job.bytes));
  if (job.kind === "end") return times.time("encode", () => parts().end(job));
  if (job.kind === "totals") return times.time("encode", () => parts().totals(job));
  return times.time("encode", () => encode(job));
}

/** The memory transferred with a reply. */
function handedOver(reply: Reply): ArrayBuffer[] {
  if (reply instanceof Uint8Array) return [reply.buffer];
  if (reply === undefined || !("bytes" in reply) || typeof reply.bytes === "number") return [];
  const columns = "datasets" in reply ? reply.datasets.map(({ packed }) => packed) : [];
  return [reply.bytes.buffer, ...columns];
}

async function answer(port: MessagePort, job: Job): Promise<void> {
  try {
    const result = await work(job);
    port.postMessage({ result, busy: times.take() } satisfies Answer, handedOver(result));
  } catch (error) {
    port.postMessage({ error, busy: times.take() } satisfies Answer);
  }
}

let last = Promise.resolve();
parentPort?.on("message", (message: Job | Calls) => {
  const port = parentPort as MessagePort;
  last = last.then(async () => {
    if (message.kind !== "calls") return answer(port, message);
    return times.time("encode", () => {
      for (const call of message.calls) parts().call(call);
    });
  });
});
