import { rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../../cli/errors.ts";
import { withLock } from "../../files/lock.ts";

/**
 * A process of the lock's test: takes the lock `rounds` times. While it has it, a marker file must not be there. With
 * `fatalRound` it is killed while it has the lock for that time, just after it took the marker away.
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
