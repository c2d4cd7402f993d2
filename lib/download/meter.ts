import { ProgressMeter } from "../cli/progress.ts";
import type { RetryPolicy } from "./retry.ts";

/** Shows the progress of a download. */
export interface Meter {
  /** Reports that `size` bytes of `total` have arrived. */
  show(size: number, total: number | undefined): void;
}

/** A progress line with percent, speed and remaining time, by the download's clock. */
export function createMeter(name: string, { clock, log }: Pick<RetryPolicy, "clock" | "log">): Meter {
  const meter = new ProgressMeter(name, "bytes", () => clock.now());
  return { show: (size, total) => log.progress(meter.text({ done: size, total })) };
}
