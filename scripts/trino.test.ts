import assert from "node:assert/strict";
import { test } from "node:test";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./trino.ts";

test("refuses a port that there is not", async () => {
  const { code, stderr } = await runMain(main, ["up", "--lake", "/nowhere", "--port", "65536"]);
  assert.equal(code, 2);
  assert.match(stderr, /: error: --port is "65536", but must be a whole number from 1 to 65535\n$/);
});
