import { renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../../cli/errors.ts";
import { withLock } from "../lock.ts";

/**
 * A process of the lock's test: takes the lock `rounds` times. While it has it, a marker file must not be there;
 * every second time it leaves the lock behind as if its owner had died.
 */
const [lock = "", marker = "", rounds = "1"] = process.argv.slice(2);

for (let round = 0; round < Number(rounds); ) {
  try {
    await withLock(lock, "contending", async () => {
      writeFileSync(marker, String(process.pid), { flag: "wx" });
      await sleep(1);
      rmSync(marker);
      if (round % 2 === 0) abandon();
      round += 1;
    });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    await sleep(Math.random() * 2);
  }
}

function abandon(): void {
  const dead = { pid: process.pid, start: "long ago", what: "died", since: new Date(0).toISOString() };
  const owner = { ...dead, host: (process.env.LOCK_TEST_HOST ?? "").trim(), token: crypto.randomUUID() };
  writeFileSync(`${lock}.${process.pid}`, JSON.stringify(owner));
  renameSync(`${lock}.${process.pid}`, lock);
}
