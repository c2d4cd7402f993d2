import type { RetryPolicy } from "./retry.ts";

/** Shows how far a download is. */
export interface Meter {
  /** `size` bytes of `total` are there. */
  show(size: number, total: number | undefined): void;
}

const MB = 1e6;

/** A progress line with megabytes, percent, speed and the time that is left, reckoned since the first call. */
export function createMeter(name: string, { clock, log }: Pick<RetryPolicy, "clock" | "log">): Meter {
  let begin: { size: number; time: number } | undefined;
  return {
    show(size, total) {
      const time = clock.now();
      if (begin === undefined || size < begin.size) begin = { size, time };
      const seconds = (time - begin.time) / 1000;
      const speed = seconds > 0 ? (size - begin.size) / seconds : 0;
      log.progress(`${name}: ${(size / MB).toFixed(1)}${rest(size, total, speed)}`);
    },
  };
}

function rest(size: number, total: number | undefined, speed: number): string {
  const rate = speed > 0 ? `, ${(speed / MB).toFixed(1)} MB/s` : "";
  if (total === undefined || total === 0) return ` MB${rate}`;
  const left = speed > 0 ? `, ${Math.ceil((total - size) / speed)} s left` : "";
  return ` of ${(total / MB).toFixed(1)} MB (${Math.floor((size / total) * 100)} %)${rate}${left}`;
}
