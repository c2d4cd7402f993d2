import type { Logger } from "../../cli/log.ts";
import { ProgressMeter } from "../../cli/progress.ts";
import type { DuckDbSession } from "./session.ts";

/** Milliseconds between updates. */
const LOOK_MS = 1000;

/**
 * Shows the progress of a session's statements while `work` runs: rows read, of the total that DuckDB reports. Shows nothing new
 * during a sort or aggregation after reading.
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
