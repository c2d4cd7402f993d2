/** A timer that can be stopped, and goes on with the time that was left. */
export interface PausableTimer {
  pause(): void;
  resume(): void;
}

/** Calls `expired` when the timer has run for so many milliseconds, pauses not counted. It begins at once. */
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
