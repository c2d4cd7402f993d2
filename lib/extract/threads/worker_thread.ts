import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { workerCode } from "../../bundles/worker_code.ts";
import type { StageTimes } from "../stage_times.ts";
import type { Answer, Calls, Job, PartCall, WorkerStart } from "./worker_messages.ts";

/** Limits a worker's garbage, so that peak memory does not depend on how long it runs. */
const YOUNG_GENERATION_MB = 32;
// V8 marks the whole heap of a thread whenever its heap and the blocks and columns it holds have grown past a limit. The limit
// starts at a few megabytes, so that it did so 39 times per gigabyte of XML, although nearly all of the memory is given up when it
// is transferred (decision 0210). Only threads started from now on start with a higher one; without incremental marking, which
// begins at a lower limit, the thread that starts them is marked 4 instead of 89 times in 3 GB as well.
setFlagsFromString("--initial-old-space-size=64");
setFlagsFromString("--no-incremental-marking");
// The only optimizing compiler of Node 20 is slow: functions must run longer before it is used (decision 0210). Later versions have
// another one, and no such flag.
if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString("--interrupt-budget=1000000");
// The allocator in DuckDB's library returns memory to the system when it was unused for a second, and gets it back, filled with
// zeros, for the next part. With ten seconds, it keeps what the next parts use, and returns the rest. It reads this variable when the
// library is loaded.
process.env.DUCKDB_JE_MALLOC_CONF ??= "dirty_decay_ms:10000,muzzy_decay_ms:0";

interface Asked {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** A thread that runs jobs in the order given. It does not keep the process alive. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #asked: Asked[] = [];
  /** The reply to the last job, which comes after all others. */
  #lastReply: Promise<unknown> = Promise.resolve();
  /** Calls not sent yet, and the memory transferred with them. */
  #calls: PartCall[] = [];
  #handedOver: ArrayBuffer[] = [];
  /** The error that ended the thread, or with which it refuses jobs. */
  #failure: unknown;

  /** @param answered called after each answer */
  constructor(start: WorkerStart, times: StageTimes, answered: () => void) {
    this.#worker = new Worker(workerCode(new URL("extract_worker.ts", import.meta.url)), {
      eval: true,
      execArgv: [],
      workerData: start,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#worker.unref();
    this.#worker.on("message", (answer: Answer) => {
      times.add(answer.busy);
      const asked = this.#asked.shift();
      if ("error" in answer) asked?.reject(answer.error);
      else asked?.resolve(answer.result);
      answered();
    });
    this.#worker.on("error", (error) => this.#fail(error));
  }

  /** Number of unanswered jobs. */
  get jobs(): number {
    return this.#asked.length;
  }

  /**
   * Runs a job; `transfer` is the memory to transfer. Throws the job's error, or the error that ended the
   * thread.
   */
  ask<T>(job: Job, transfer: ArrayBuffer[] = []): Promise<T> {
    const reply = new Promise<unknown>((resolve, reject) => {
      if (this.#failure === undefined) this.#asked.push({ resolve, reject });
      else reject(this.#failure);
    });
    // A failure is thrown where the reply is awaited; until then it must not count as unhandled.
    reply.catch(() => undefined);
    if (this.#failure === undefined) {
      this.#lastReply = reply;
      this.#sendCalls();
      this.#worker.postMessage(job, transfer);
    }
    return reply as Promise<T>;
  }

  /** Makes a call without a reply. Calls are sent in batches, as the rows of a block make many. */
  tell(call: PartCall, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#calls.length === 0) setImmediate(() => this.#sendCalls());
    this.#calls.push(call);
    this.#handedOver.push(...transfer);
  }

  /**
   * Refuses further jobs, and stops the thread when it has done those it was given: if it is stopped while DuckDB encodes, DuckDB's
   * package may abort the whole process.
   */
  async end(): Promise<void> {
    this.#failure ??= new Error("the thread was ended");
    await this.#lastReply.catch(() => undefined);
    await this.#worker.terminate();
  }

  #sendCalls(): void {
    if (this.#calls.length === 0) return;
    this.#worker.postMessage({ kind: "calls", calls: this.#calls } satisfies Calls, this.#handedOver);
    this.#calls = [];
    this.#handedOver = [];
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const asked of this.#asked.splice(0)) asked.reject(error);
  }
}
