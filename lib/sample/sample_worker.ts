import { parentPort } from "node:worker_threads";
import { type BlockOrder, makeBlock } from "./record_blocks.ts";

/** Makes the requested blocks in order and transfers their memory. */
parentPort?.on("message", (order: BlockOrder) => {
  const { xml, deflated, ...counted } = makeBlock(order);
  // A small result of zlib may share its memory with others.
  const own = deflated.byteLength === deflated.buffer.byteLength ? deflated : new Uint8Array(deflated);
  const memory = [xml.buffer, own.buffer] as ArrayBuffer[];
  parentPort?.postMessage({ xml, deflated: own, ...counted }, memory);
});
