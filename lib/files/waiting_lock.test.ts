import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../cli/errors.ts";
import { scratchDirectory } from "../lake/testing/scratch.ts";
import { withLock } from "./lock.ts";
import { waitAloud, withLockAfter } from "./waiting_lock.ts";

const lockPath = () => join(scratchDirectory(), "locks", "step.lock");

/** A logger whose `info` collects its lines. */
function keptLog() {
  const lines: string[] = [];
  return { lines, info: (line: string) => void lines.push(line) };
}

test("waits for the holder, reporting it once by name", async () => {
  const path = lockPath();
  const log = keptLog();
  const order: string[] = [];
  let entered = () => {};
  const isEntered = new Promise<void>((resolve) => {
    entered = resolve;
  });
  const first = withLock(path, "the first step", async () => {
    entered();
    await sleep(300);
    order.push("first");
  });
  await isEntered;
  const second = withLockAfter(path, "the second step", waitAloud(20_000, log), async () => {
    order.push("second");
    return 7;
  });
  assert.deepEqual([await second, await first], [7, undefined]);
  assert.deepEqual(order, ["first", "second"]);
  assert.equal(log.lines.length, 1);
  assert.match(
    log.lines[0] ?? "",
    new RegExp(`^waiting for pid ${process.pid} \\(this process\\) \\(the first step, since `),
  );
});

test("takes a free lock silently", async () => {
  const log = keptLog();
  assert.equal(await withLockAfter(lockPath(), "a step", waitAloud(0, log), async () => 7), 7);
  assert.deepEqual(log.lines, []);
});

test("on timeout the error names the holder, and the work does not begin", async () => {
  const path = lockPath();
  await withLock(path, "the first step", async () => {
    const late = withLockAfter(path, "the second step", waitAloud(150, keptLog()), async () => assert.fail());
    await assert.rejects(late, /locked by pid \d+ .*the first step/);
  });
});

test("does not mistake an expected failure of the work for a held lock", async () => {
  let runs = 0;
  const failing = async () => {
    runs += 1;
    throw new ExpectedError("no data");
  };
  await assert.rejects(withLockAfter(lockPath(), "a step", waitAloud(20_000, keptLog()), failing), /no data/);
  assert.equal(runs, 1);
});
