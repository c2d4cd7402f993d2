import { parentPort, workerData } from "node:worker_threads";
import { CutDump } from "../dump/block_source.ts";
import { readOpenDump } from "../dump/source.ts";
import { answerJobs, type SourceJob, type SourceReply, type SourceStart } from "./worker_messages.ts";

// The thread of a ThreadedSource. Decompressing leaves much garbage outside of the heap, and each time it is collected
// the heap is looked through: this one is small.

const { path, fd, entity }: SourceStart = workerData;
const dump = new CutDump(readOpenDump(path, fd), entity);

async function answer({ call, reusable }: SourceJob): Promise<SourceReply> {
  for (const bytes of reusable) dump.reuse(bytes);
  if (call !== "chunk") return dump[call]();
  const chunk = await dump.chunk();
  // A copy: the next chunk may be inflated to the same memory.
  return chunk === undefined ? undefined : new Uint8Array(chunk);
}

answerJobs(parentPort, answer, (reply) => {
  if (reply instanceof Uint8Array) return [reply.buffer];
  return reply !== undefined && "bytes" in reply ? [reply.bytes.buffer] : [];
});
