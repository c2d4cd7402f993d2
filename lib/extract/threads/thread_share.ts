import { availableParallelism } from "node:os";

/** More threads bring little: from three on, releases are read as fast as one of them can decompress. */
const MOST_THREADS = 4;

/** Threads for the extraction of one dump, when nothing else runs. */
export function threadsFor(cores: number = availableParallelism()): number {
  return Math.min(cores, MOST_THREADS);
}

/**
 * Threads for the ingest of one dump while the workflow has others read at the same time. The releases are nearly all
 * of a month's bytes: they get all cores but one, and on two cores or fewer all of them, since the other dumps are
 * done soon. The others, of which one is read at a time, get one thread, which also bounds their memory.
 */
export function threadShare(dump: string, cores: number = availableParallelism()): number {
  if (dump !== "releases") return 1;
  return threadsFor(cores > 2 ? cores - 1 : cores);
}
