import { rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../../cli/errors.ts";
import { withLock } from "../../files/lock.ts";

/**
 * A process of the lock's test that takes the lock `rounds` times. While it holds it, no marker of another process may exist. In
 * round `fatalRound` it is killed while holding the lock, just after removing its marker.
 */
const [lock = "", marker = "", rounds = "1", fatalRound] = process.argv.slice(2);

for (let round = 0; round < Number(rounds); ) {
  try {
    await withLock(lock, "contending", async () => {
      writeFileSync(marker, String(process.pid), { flag: "wx" });
      await sleep(1);
      rmSync(marker);
      if (String(round) === fatalRound) process.kill(process.pid, "SIGKILL");
      round += 1;
    });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    await sleep(Math.random() * 2);
  }
}
