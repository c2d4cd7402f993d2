import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { promote } from "../promotion/promote.ts";
import type { SampleSummary } from "../sample/write_sample_dump.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { type FullMonthOptions, requireRows } from "./full_month.ts";

test("fails when another month is active, or a dataset has other rows than the dump", async (t) => {
  const work = temporaryDirectory(t);
  const options = { work, raw: work, env: {}, log: silentLogger } as FullMonthOptions;
  const lake = `${work}/lake`;
  await makeSealedRun(lake, "2026-09__20260920_194923");
  await promote(lake, "2026-09__20260920_194923");
  const sample = (labels: number, details = {}) =>
    ({ datasets: { labels_v10: { rows: labels, counts: {} } }, details }) as unknown as SampleSummary;
  await requireRows(options, "2026-09", sample(1));
  await assert.rejects(requireRows(options, "2026-09", sample(2)), {
    name: "CheckFailedError",
    message: "labels_v10 has 1 rows, but the dump has 2",
  });
  await assert.rejects(requireRows(options, "2026-09", sample(1, { release_tracks_v1: 3 })), {
    message: "release_tracks_v1 has undefined rows, but the dump has 3",
  });
  await assert.rejects(requireRows(options, "2026-10", sample(1)), / is active, which is not of 2026-10$/);
});
