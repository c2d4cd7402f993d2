import { availableParallelism } from "node:os";

/**
 * Threads for the ingest of one dump while the workflow has others read at the same time. The releases are nearly all
 * of a month's bytes: they get all cores but one, and on two cores or fewer all of them, since the other dumps are
 * done soon. The others, of which one is read at a time, get one thread, which also bounds their memory.
 */
export function threadShare(dump: string, cores: number = availableParallelism()): number {
  if (dump !== "releases") return 1;
  return cores > 2 ? cores - 1 : cores;
}
