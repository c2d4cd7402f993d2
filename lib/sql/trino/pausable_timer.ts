/** A timer that can be paused, and continues with the remaining time. */
export interface PausableTimer {
  pause(): void;
  resume(): void;
}

/** Calls `expired` when the timer has run for this many milliseconds, excluding pauses. Starts at once. */
export function pausableTimer(milliseconds: number, expired: () => void): PausableTimer {
  let left = milliseconds;
  let begin = performance.now();
  let timer = setTimeout(expired, left);
  return {
    pause() {
      clearTimeout(timer);
      left -= performance.now() - begin;
    },
    resume() {
      begin = performance.now();
      timer = setTimeout(expired, Math.max(left, 0));
    },
  };
}
