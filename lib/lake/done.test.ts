import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { asSource, type DoneRecord, describeFiles, keepIfDone, readDone, writeDone } from "./done.ts";
import { scratchDirectory } from "./testing/scratch.ts";

const source = { name: "discogs_20260101_releases.xml.gz", size: 3, sha256: "a".repeat(64) };
const other = { name: "discogs_20260101_masters.xml.gz", size: 4, sha256: "b".repeat(64) };
const expected = {
  sources: [source, other],
  datasetCode: "abc",
  options: { batch: 1000, typed: true },
};

async function runWithReleases() {
  const run = scratchDirectory();
  const dir = join(run, "releases_v6");
  mkdirSync(dir);
  writeFileSync(join(dir, "part-00000.parquet"), "first");
  writeFileSync(join(dir, "part-00001.parquet"), "second");
  const record: DoneRecord = {
    dataset: "releases_v6",
    sources: [other, source],
    code_version: "0.1.0+123",
    dataset_code: "abc",
    options: { typed: true, batch: 1000 },
    rows: 20,
    files: await describeFiles(dir, () => 10),
    counts: { null_release_id: 2 },
    started: "2026-01-20T19:49:23.000Z",
    ended: "2026-01-20T19:50:23.000Z",
  };
  await writeDone(run, record);
  return { run, dir, record };
}

test("an expected record with files that pass verification is done", async () => {
  const { run, record } = await runWithReleases();
  assert.deepEqual(await readDone(run, "releases_v6"), record);
  assert.deepEqual(await keepIfDone(run, "releases_v6", expected), record);
});

const changes: Record<string, (dir: string) => void> = {
  "a file that grew": (dir) => appendFileSync(join(dir, "part-00001.parquet"), "x"),
  "a file of the same size with another byte": (dir) =>
    writeFileSync(join(dir, "part-00000.parquet"), "fIrst"),
  "a missing file": (dir) => rmSync(join(dir, "part-00000.parquet")),
  "an extra file": (dir) => writeFileSync(join(dir, "part-00002.parquet"), ""),
  "an extra directory": (dir) => mkdirSync(join(dir, "deep", "empty"), { recursive: true }),
  "a partial marker": (dir) => writeFileSync(join(dir, "_partial"), ""),
  "a missing directory": (dir) => rmSync(dir, { recursive: true }),
};

for (const [what, change] of Object.entries(changes)) {
  test(`${what} is not done, and is removed to be remade`, async () => {
    const { run, dir } = await runWithReleases();
    change(dir);
    assert.equal(await keepIfDone(run, "releases_v6", expected), undefined);
    assert.equal(existsSync(dir), false);
    assert.equal(await readDone(run, "releases_v6"), undefined);
  });
}

for (const [what, wanted] of Object.entries({
  "other code": { ...expected, datasetCode: "def" },
  "other options": { ...expected, options: { batch: 1000, typed: false } },
  "an additional option": { ...expected, options: { batch: 1000, typed: true, clean: true } },
  "another source": { ...expected, sources: [source] },
  "a changed source": { ...expected, sources: [source, { ...other, sha256: "c".repeat(64) }] },
})) {
  test(`a record with ${what} is not done`, async () => {
    const { run } = await runWithReleases();
    assert.equal(await keepIfDone(run, "releases_v6", wanted), undefined);
  });
}

test("the record of a dataset is removed first, so that none is left of one that can't be removed", async () => {
  const { run, dir } = await runWithReleases();
  mkdirSync(join(dir, "_runs"));
  await assert.rejects(
    keepIfDone(run, "releases_v6", { ...expected, datasetCode: "def" }),
    /must not be removed/,
  );
  assert.deepEqual([existsSync(dir), await readDone(run, "releases_v6")], [true, undefined]);
});

test("a damaged record is an error that names the file, not a reason to remove data", async () => {
  const { run, dir } = await runWithReleases();
  writeFileSync(join(run, "_done", "releases_v6.json"), '{"dataset": "rel');
  await assert.rejects(
    keepIfDone(run, "releases_v6", expected),
    /_done\/releases_v6\.json is not JSON: .*; remove it, then run ingest and build again to remake the dataset$/,
  );
  writeFileSync(join(run, "_done", "releases_v6.json"), '{"dataset": "releases_v6"}');
  await assert.rejects(keepIfDone(run, "releases_v6", expected), /releases_v6\.json: sources/);
  assert.equal(existsSync(dir), true);
});

test("its hash as a source changes with any of its files", async () => {
  const { record } = await runWithReleases();
  const before = asSource("releases_v6", record);
  const [first, second] = record.files;
  assert.ok(first !== undefined && second !== undefined);
  const changed = { ...record, files: [first, { ...second, sha256: "0".repeat(64) }] };
  assert.equal(before.size, 11);
  assert.notEqual(asSource("releases_v6", changed).sha256, before.sha256);
});
