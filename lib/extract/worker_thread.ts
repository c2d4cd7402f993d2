import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type WorkerScript, workerCode } from "./worker_code.ts";
import type { Outcome } from "./worker_messages.ts";

/** Keeps the garbage of a worker small, so that peak memory does not depend on how long it runs. */
const YOUNG_GENERATION_MB = 16;

/** Starts a thread; `start` is its `workerData`. It does not keep the process alive. */
export function startWorker(script: WorkerScript, start: object): Worker {
  const worker = new Worker(workerCode(script), {
    eval: true,
    execArgv: [],
    workerData: start,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  worker.unref();
  return worker;
}

/** How the job ended that a worker was given. Throws what the job threw, and what ended the worker. */
export async function resultOf<T>(worker: Worker): Promise<T> {
  const [outcome] = (await once(worker, "message")) as [Outcome<T>];
  if ("error" in outcome) throw outcome.error;
  return outcome.result;
}
