import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { eachAtOnce, Slots } from "./slots.ts";

test("never more than the slots are taken, also after failures, and all who wait get one", async () => {
  const slots = new Slots(2);
  let underWay = 0;
  let most = 0;
  const work = async (number: number) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await setImmediate();
    underWay -= 1;
    if (number % 3 === 0) throw new Error(String(number));
    return number;
  };
  for (let round = 0; round < 2; round += 1) {
    const all = Array.from({ length: 7 }, (_, number) => slots.run(() => work(number)));
    const ends = await Promise.allSettled(all);
    assert.deepEqual(
      ends.map(({ status }) => status === "rejected"),
      [true, false, false, true, false, false, true],
    );
  }
  assert.deepEqual([underWay, most], [0, 2]);
});

test("after a failure no other item is begun, and those under way end before it is thrown", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    if (item === 1) throw new Error("the first");
    await setImmediate();
    ended.push(item);
  };
  await assert.rejects(eachAtOnce([0, 1, 2, 3, 4], 2, work), /the first/);
  assert.deepEqual([begun, ended], [[0, 1], [0]]);
});
