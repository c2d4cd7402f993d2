import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a condition holds; fails after `seconds`, generous for a busy machine. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds = 300,
): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(25)) {
    if (await condition()) return;
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}
