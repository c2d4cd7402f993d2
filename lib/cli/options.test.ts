import assert from "node:assert/strict";
import { test } from "node:test";
import { optionValue } from "./options.ts";

test("an integer is a number within its limits in decimal digits", () => {
  const port = { type: "integer", min: 1, max: 65_535, value: "N", summary: "port" } as const;
  const read = (text: string) => optionValue("port", port, text, {});
  assert.deepEqual(["1", "65535"].map(read), [1, 65_535]);
  for (const wrong of ["0", "65536", "-1", "1.5", "1e3", "0x10", " 1", "x"]) {
    assert.throws(() => read(wrong), { name: "ExpectedError", message: /^--port is ".*", but must be / });
  }
  const open = { type: "integer", min: 0, value: "N", summary: "rows" } as const;
  assert.throws(() => optionValue("rows", open, "9007199254740993", {}), /--rows is "9007199254740993"/);
});
