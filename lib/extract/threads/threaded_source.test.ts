import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { datasetsOf } from "../../datasets/index.ts";
import { type BlockSource, CutDump } from "../../dump/block_source.ts";
import { openDump, openDumpFile } from "../../dump/source.ts";
import { temporaryDirectory } from "../../testing/files.ts";
import { StageTimes } from "../stage_times.ts";
import { WorkerPool } from "./worker_pool.ts";

// Reading a dump on another thread yields the same blocks, the same remaining bytes and the same error as on this one.

const OPTIONS = { entity: "label", datasets: datasetsOf("label"), label: "dump" } as const;

const record = (id: number) => `<label><id>${id}</id><profile>${"text ".repeat(60)}${id}</profile></label>\n`;
const RECORDS = Array.from({ length: 30_000 }, (_, index) => record(index + 1)).join("");
const DUMP = `<labels>\n${RECORDS}</labels>\n`;

/** Everything that a source returns, in order, with as many requests at once as it allows; blocks are handed back once examined. */
async function everything(source: BlockSource): Promise<unknown[]> {
  const seen: unknown[] = [];
  const requested = Array.from({ length: source.requests }, () => source.block());
  try {
    for (let block = await requested.shift(); block !== undefined; block = await requested.shift()) {
      seen.push([block.offset, Buffer.from(block.bytes).toString()]);
      source.reuse(block.bytes);
      requested.push(source.block());
    }
  } catch (error) {
    seen.push(String(error));
  }
  for (const block of requested) assert.equal(await block, undefined);
  const { bytes, offset, isInside } = await source.end();
  seen.push([offset, isInside, Buffer.from(bytes).toString()]);
  try {
    for (let chunk = await source.chunk(); chunk !== undefined; chunk = await source.chunk())
      seen.push(Buffer.from(chunk).toString());
    seen.push(await source.identity());
  } catch (error) {
    seen.push(String(error));
  }
  return seen;
}

async function onBoth(t: TestContext, name: string, bytes: Uint8Array): Promise<unknown[]> {
  const path = join(temporaryDirectory(t), name);
  writeFileSync(path, bytes);
  const here = new CutDump(await openDump(path), "label");
  const file = await openDumpFile(path);
  const pool = new WorkerPool(1, new StageTimes(), OPTIONS, {
    path,
    fd: file.fd,
    reading: { removeControlCharacters: false },
  });
  try {
    const expected = await everything(here);
    assert.deepEqual(await everything(pool.source), expected);
    return expected;
  } finally {
    await here.close();
    await pool.close();
    await file.close();
  }
}

const compressed = gzipSync(DUMP);

test("a whole dump", async (t) => {
  const seen = await onBoth(t, "labels.xml.gz", compressed);
  assert.ok(seen.length > 4, `${seen.length}`);
  const identity = seen.at(-1) as { name: string; size: number };
  assert.deepEqual([identity.name, identity.size], ["labels.xml.gz", compressed.length]);
});

test("a dump that is not compressed", async (t) => {
  const seen = await onBoth(t, "labels.xml", Buffer.from(DUMP));
  assert.ok(seen.length > 4, `${seen.length}`);
});

test("a truncated dump", async (t) => {
  const seen = await onBoth(t, "labels.xml.gz", compressed.subarray(0, compressed.length - 50_000));
  assert.match(
    String(seen.find((item) => typeof item === "string" && item.startsWith("Error"))),
    /unexpected end/,
  );
});

test("a dump damaged in the middle", async (t) => {
  const damaged = Buffer.from(compressed);
  damaged.fill(0xff, compressed.length >> 1, (compressed.length >> 1) + 100);
  const seen = await onBoth(t, "labels.xml.gz", damaged);
  assert.ok(seen.some((item) => typeof item === "string" && item.startsWith("Error")));
});

test("a dump in a form that is not cut, returned in chunks", async (t) => {
  const seen = await onBoth(
    t,
    "labels.xml.gz",
    gzipSync(DUMP.replace("<labels>\n", "<!-- labels --><labels>\n")),
  );
  const [, isInside] = seen[0] as [number, boolean];
  assert.equal(isInside, false);
});

test("a file that is not gzip", async (t) => {
  const seen = await onBoth(t, "labels.xml.gz", Buffer.from(DUMP));
  assert.match(String(seen[0]), /not a gzip file/);
});
