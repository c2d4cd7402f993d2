import { availableParallelism } from "node:os";

/** More threads gain little: with three or more, releases are read as fast as one thread can decompress. */
const MOST_THREADS = 4;

/** Number of threads for extracting one dump when nothing else runs. */
export function threadsFor(cores: number = availableParallelism()): number {
  return Math.min(cores, MOST_THREADS);
}

/**
 * Number of threads for ingesting one dump while the workflow reads others concurrently. Releases make up
 * nearly all of a month's bytes, so they get all cores but one, or all of them on two cores or fewer, as the
 * other dumps finish early. The others are read one at a time, with one thread each, which also bounds their
 * memory.
 */
export function threadShare(dump: string, cores: number = availableParallelism()): number {
  if (dump !== "releases") return 1;
  return threadsFor(cores > 2 ? cores - 1 : cores);
}
