import assert from "node:assert/strict";
import { join } from "node:path";
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

test("an empty value counts as not given, unless the option refuses it", () => {
  const month = { type: "string", default: "newest", value: "YYYY-MM", summary: "month" } as const;
  assert.equal(optionValue("month", month, "", {}), "newest");
  const list = { ...month, value: "all|LIST", notEmpty: true } as const;
  assert.equal(optionValue("datasets", list, undefined, {}), "newest");
  assert.throws(() => optionValue("datasets", list, "", {}), {
    name: "ExpectedError",
    message: "--datasets is empty, but must be all|LIST",
  });
});

test("a path is made absolute, and refused if its bytes are not UTF-8", () => {
  const out = { type: "path", env: "OUT", summary: "directory" } as const;
  assert.equal(optionValue("out", out, "lake é", {}), join(process.cwd(), "lake é"));
  const decoded = Buffer.from("/data/lak\xe9", "latin1").toString("utf8");
  for (const [given, env] of [
    [decoded, {}],
    [undefined, { OUT: decoded }],
  ] as const) {
    assert.throws(() => optionValue("out", out, given, env), {
      name: "ExpectedError",
      message: "--out is /data/lak\uFFFD, which is not valid UTF-8",
    });
  }
});
