import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { formatRunId, isRunId, parseRunId, requireDumpMonth, requireRunId, schemaNameOf } from "./run_id.ts";

test("a run id has a dump month and a UTC time", () => {
  assert.deepEqual(parseRunId("2025-12__20260120_194923"), {
    dumpMonth: "2025-12",
    time: new Date("2026-01-20T19:49:23Z"),
  });
});

for (const text of [
  "20260117_192144",
  "2025-13__20260120_194923",
  "2025-00__20260120_194923",
  "2025-12_20260120_194923",
  "2025-12__20260120_194923 ",
  "2025-12__20260120_194923\n",
  "../2025-12__20260120_194923",
  "2025-12__20260230_194923",
  "2025-12__20250229_000000",
  "2025-12__20260120_240000",
  "2025-12__20260120_196023",
  "2025-12__20260120_194960",
  "2025-12__20260020_194923",
]) {
  test(`${JSON.stringify(text)} is not a run id`, () => {
    assert.equal(isRunId(text), false);
    assert.throws(() => requireRunId(text), ExpectedError);
  });
}

test("a leap day is a real date", () => {
  assert.equal(isRunId("2024-02__20240229_235959"), true);
});

test("formatting and parsing are inverse", () => {
  const id = formatRunId("2026-02", new Date("2026-03-01T00:00:07.999Z"));
  assert.equal(id, "2026-02__20260301_000007");
  assert.equal(parseRunId(id)?.time.toISOString(), "2026-03-01T00:00:07.000Z");
});

test("a dump month has a month", () => {
  assert.equal(requireDumpMonth("2026-09"), "2026-09");
  assert.throws(() => requireDumpMonth("2026-9"), /not a dump month/);
});

test("the schema of a run has no hyphens", () => {
  assert.equal(schemaNameOf("2025-12__20260120_194923"), "discogs_r_2025_12__20260120_194923");
});
