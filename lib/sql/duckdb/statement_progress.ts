import type { Logger } from "../../cli/log.ts";
import { ProgressMeter } from "../../cli/progress.ts";
import type { DuckDbSession } from "./session.ts";

/** Milliseconds between two looks at a statement. */
const LOOK_MS = 1000;

/**
 * Shows how far the statements of a session are while `work` runs: the rows that they have read, of all that DuckDB
 * counts. A sort or an aggregation that follows the reading shows nothing new until it is done.
 */
export async function showingStatements<T>(
  { connection }: DuckDbSession,
  { label, log }: { label: string; log: Logger },
  work: () => Promise<T>,
): Promise<T> {
  const meter = new ProgressMeter(label, "rows");
  const timer = setInterval(() => {
    const { rows_processed: done, total_rows_to_process: total } = connection.progress;
    if (total > 0n) log.progress(meter.text({ done: Number(done), total: Number(total) }));
  }, LOOK_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
