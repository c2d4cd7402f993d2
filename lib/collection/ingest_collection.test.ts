import assert from "node:assert/strict";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { readDone, writeDone } from "../lake/done.ts";
import { sealRun } from "../lake/seal.ts";
import { makeLake, makeUntestedRun, writeTestReports } from "../lake/testing/fixture_runs.ts";
import { PAGE_PATTERN } from "./collection_pages.ts";
import { ingestCollection } from "./ingest_collection.ts";

const RUN = "2026-09__20260914_120000";

test("makes the collection in the run, keeps it while its pages are unchanged, and seals it with the run", async (t) => {
  const lake = makeLake();
  const building = await makeUntestedRun(lake, RUN);
  const srcDir = join(lake, "pages");
  mkdirSync(srcDir);
  const source = { srcDir, pattern: PAGE_PATTERN };
  writeFileSync(join(srcDir, "discogs_page_1.json"), '[{"release_id": 1}]');
  const part = join(building.dir, "collection", "part-00000.parquet");

  const first = await ingestCollection(building, source, silentLogger);
  const inode = statSync(part).ino;
  assert.deepEqual(await ingestCollection(building, source, silentLogger), first);
  assert.equal(statSync(part).ino, inode, "kept unchanged");

  writeFileSync(join(srcDir, "discogs_page_2.json"), '[{"release_id": 2}]');
  const second = await ingestCollection(building, source, silentLogger);
  assert.deepEqual([first.rows, second.rows], [1, 2]);
  assert.deepEqual(second.counts, { null_instance_id: 2 });

  await t.test("a damaged page leaves neither a dataset nor a record", async () => {
    writeFileSync(join(srcDir, "discogs_page_2.json"), "[");
    await assert.rejects(
      ingestCollection(building, source, silentLogger),
      /discogs_page_2\.json is not JSON/,
    );
    assert.ok(!existsSync(join(building.dir, "collection")));
    assert.ok(!existsSync(join(building.dir, "_done", "collection.json")));
  });

  await t.test("counts duplicates on request, and refuses them again without it", async () => {
    writeFileSync(join(srcDir, "discogs_page_2.json"), '[{"instance_id": 1}, {"instance_id": 1}]');
    const allowed = { ...source, allowIncomplete: true };
    const counted = await ingestCollection(building, allowed, silentLogger);
    assert.equal(counted.counts.repeated_instance_ids, 1);
    assert.equal(counted.options.allow_incomplete, true);
    assert.equal(second.options.allow_incomplete, undefined);
    assert.deepEqual(await ingestCollection(building, allowed, silentLogger), counted);
    await assert.rejects(ingestCollection(building, source, silentLogger), /duplicate instance_ids/);
  });

  writeFileSync(join(srcDir, "discogs_page_2.json"), "[]");
  const third = await ingestCollection(building, source, silentLogger);
  const artists = await readDone(building.dir, "artists_v1_typed");
  await writeDone(building.dir, { ...third, code_version: artists?.code_version ?? "" });
  await writeTestReports(building);
  const { manifest } = await sealRun(lake, RUN);
  assert.equal(manifest.datasets.collection?.rows, 1);
  assert.deepEqual(
    manifest.sources.filter(({ name }) => name.endsWith(".json")),
    third.sources,
  );
});
