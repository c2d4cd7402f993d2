import { allTables } from "../datasets/index.ts";
import { requireFree, withLock } from "../files/lock.ts";
import { datasetLockPath, runLockPath } from "../files/paths.ts";
import { requireRunId } from "../files/run_id.ts";
import { datasetName } from "./done.ts";

/**
 * Runs `fn` while this process is the only one writing to a building run. ExpectedError with the pid of any process
 * that is writing the run or one of its datasets.
 */
export async function holdRun<T>(
  lake: string,
  runId: string,
  what: string,
  fn: () => Promise<T>,
): Promise<T> {
  return withLock(runLockPath(lake, requireRunId(runId)), what, () => {
    for (const { directory } of allTables) requireFree(datasetLockPath(lake, runId, datasetName(directory)));
    return fn();
  });
}

/**
 * Runs `fn` while this process is the only one writing these datasets of a building run, given by name; other processes
 * may write other datasets. ExpectedError with the pid of any process that is writing one of them, or the whole run.
 *
 * Each side takes its own lock before it checks the other's, so that of a writer of the run and a writer of a dataset
 * at most one proceeds.
 */
export async function holdDatasets<T>(
  lake: string,
  runId: string,
  what: string,
  names: readonly string[],
  fn: () => Promise<T>,
): Promise<T> {
  const [name, ...others] = names;
  if (name === undefined) {
    requireFree(runLockPath(lake, requireRunId(runId)));
    return fn();
  }
  return withLock(datasetLockPath(lake, runId, name), what, () =>
    holdDatasets(lake, runId, what, others, fn),
  );
}
