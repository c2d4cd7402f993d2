import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterSeconds } from "./retry_after.ts";

const NOW = Date.UTC(2026, 7, 5, 12, 0, 0);

test("parses retry-after as seconds or a date, and ignores anything else", () => {
  const cases: [string | undefined, number | undefined][] = [
    ["3600", 3600],
    [" 0 ", 0],
    ["Wed, 05 Aug 2026 12:10:00 GMT", 600],
    ["Wed, 05 Aug 2026 11:00:00 GMT", 0],
    [undefined, undefined],
    ["", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
  ];
  for (const [header, expected] of cases) assert.equal(retryAfterSeconds(header, NOW), expected, header);
});
