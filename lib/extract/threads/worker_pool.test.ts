import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { datasetsOf } from "../../datasets/index.ts";
import type { PackedColumns } from "../../parquet/packed_columns.ts";
import { rowsInFooter } from "../../parquet/verify_part.ts";
import { temporaryDirectory } from "../../testing/files.ts";
import { until } from "../../testing/until.ts";
import { StageTimes } from "../stage_times.ts";
import { WorkerPool } from "./worker_pool.ts";

const LABELS = Array.from({ length: 30_000 }, (_, index) => {
  const id = index + 1;
  return `<label><id>${id}</id><name>Label ${id}</name><profile>${"text ".repeat(id % 50)}</profile></label>\n`;
});

test("threads that are ended finish the part that they are encoding, and refuse others", async (t) => {
  const datasets = datasetsOf("label");
  const pool = new WorkerPool(2, new StageTimes(), { entity: "label", datasets, label: "dump" }, undefined);
  const path = join(temporaryDirectory(t), "part.parquet");
  const sink = pool.parts(0);
  sink.begin(path);
  for (let block = 0; block < 5; block++) {
    const { datasets } = await pool.parse(new TextEncoder().encode(LABELS.join("")));
    sink.take(datasets[0]?.packed as PackedColumns);
    sink.append(0, LABELS.length);
  }
  const part = sink.end();
  await until("the part is being encoded", () => existsSync(path));
  await pool.close();
  assert.equal((await part).rows, 5 * LABELS.length);
  assert.equal(await rowsInFooter(path), 5 * LABELS.length);
  await assert.rejects(sink.end(), /the thread was ended/);
});
