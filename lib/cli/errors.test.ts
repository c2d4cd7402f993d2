import assert from "node:assert/strict";
import { test } from "node:test";
import { CheckFailedError, withCleanup } from "./errors.ts";

const fail = (message: string) => async () => {
  throw new CheckFailedError(message);
};

test("cleans up after success and failure, and a failure of both names the first", async () => {
  const cleaned: string[] = [];
  const cleanup = async () => void cleaned.push("up");
  assert.equal(await withCleanup(async () => 7, cleanup), 7);
  await assert.rejects(withCleanup(fail("no rows"), cleanup), { message: "no rows" });
  assert.deepEqual(cleaned, ["up", "up"]);
  await assert.rejects(
    withCleanup(async () => 7, fail("disk is full")),
    { message: "disk is full" },
  );
  await assert.rejects(withCleanup(fail("no rows"), fail("disk is full")), {
    name: "CheckFailedError",
    message: "no rows; afterwards: disk is full",
  });
});
