import { withLock } from "../../files/lock.ts";

/** A process that takes a lock, prints `held`, and keeps the lock until it is killed. */
const [lock = "", what = ""] = process.argv.slice(2);

await withLock(lock, what, async () => {
  process.stdout.write("held\n");
  setInterval(() => {}, 1000);
  await new Promise(() => {});
});
