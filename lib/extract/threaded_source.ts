import type { FileHandle } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import type { Entity } from "../datasets/declaration.ts";
import type { BlockSource, CutEnd } from "../dump/block_source.ts";
import type { CutBlock } from "../dump/record_cutter.ts";
import { openDumpFile, type SourceIdentity } from "../dump/source.ts";
import type { SourceJob, SourceStart } from "./worker_messages.ts";
import { resultOf, startWorker } from "./worker_thread.ts";

/** Reads, decompresses and cuts a dump on a thread of its own. */
export class ThreadedSource implements BlockSource {
  readonly #file: FileHandle;
  readonly #worker: Worker;
  #reusable: Uint8Array<ArrayBuffer>[] = [];

  private constructor(file: FileHandle, worker: Worker) {
    this.#file = file;
    this.#worker = worker;
  }

  /**
   * Opens a dump.
   * @throws ExpectedError when the file cannot be opened
   */
  static async open(path: string, entity: Entity): Promise<ThreadedSource> {
    const file = await openDumpFile(path);
    const start: SourceStart = { path, fd: file.fd, entity };
    return new ThreadedSource(file, startWorker("source_worker", start));
  }

  block(): Promise<CutBlock | undefined> {
    return this.#ask("block");
  }

  reuse(bytes: Uint8Array<ArrayBuffer>): void {
    this.#reusable.push(bytes);
  }

  end(): Promise<CutEnd> {
    return this.#ask("end");
  }

  chunk(): Promise<Uint8Array | undefined> {
    return this.#ask("chunk");
  }

  identity(): Promise<SourceIdentity> {
    return this.#ask("identity");
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
    await this.#file.close();
  }

  #ask<T>(call: SourceJob["call"]): Promise<T> {
    const job: SourceJob = { call, reusable: this.#reusable };
    this.#reusable = [];
    this.#worker.postMessage(
      job,
      job.reusable.map(({ buffer }) => buffer),
    );
    return resultOf<T>(this.#worker);
  }
}
