import assert from "node:assert/strict";
import { after, test } from "node:test";
import { datasetsOf } from "../datasets/index.ts";
import { CutDump } from "../dump/block_source.ts";
import { DumpError } from "../dump/dump_error.ts";
import { unpackColumns } from "../parquet/packed_columns.ts";
import { noCounts } from "../parser/row_rules.ts";
import { type Value, valuesOf } from "../testing/columns.ts";
import { inlineParser, type ParsedBlock, parseBlocks, parseBlocksQuickly } from "./parsed_blocks.ts";
import { StageTimes } from "./stage_times.ts";
import { WorkerPool } from "./threads/worker_pool.ts";

// Heuristic cutting, on this thread or with a pool, yields the same rows or the same error as exact cutting for any bytes.

const datasets = datasetsOf("label");
const options = { entity: "label", datasets, label: "dump" } as const;
const times = new StageTimes();
const pool = new WorkerPool(2, times, options, undefined);
after(() => pool.close());

const CHUNK = 1 << 18;
/** More than one block. */
const COUNT = 18000;
const label = (id: number) =>
  `<label><id>${id}</id><name>Label &amp; ${id}</name><profile>${"text ".repeat(40)}</profile>` +
  `<sublabels><label id="${id + 1}">Sub\n${id}</label></sublabels></label>\n`;
const LABELS = Array.from({ length: COUNT }, (_, index) => label(index + 1));
const dump = (labels: readonly string[]) => `<labels>\n${labels.join("")}</labels>\n`;
const replaced = (index: number, text: string) => dump(LABELS.with(index, text));

/** A dump read in chunks, which may fail at its end. */
function sourceOf(bytes: Buffer, failure?: Error): CutDump {
  const identity = () => ({ name: "dump", size: bytes.length, sha256: "" });
  let at = 0;
  const read = async (into: Uint8Array) => {
    if (at === bytes.length && failure !== undefined) throw failure;
    const length = bytes.copy(into, 0, at, at + CHUNK);
    at += length;
    return length;
  };
  return new CutDump({ read, stored: () => 0, identity, close() {} }, "label");
}

async function outcome(blocks: AsyncGenerator<ParsedBlock>): Promise<unknown> {
  const columns = datasets.map((dataset) => dataset.columns.map((): Value[] => []));
  const counts = datasets.map((dataset) => noCounts(dataset));
  let records = 0;
  try {
    for await (const block of blocks) {
      records += block.records;
      block.datasets.forEach((rows, index) => {
        const found = unpackColumns(rows.packed, datasets[index]?.columns ?? []);
        columns[index]?.forEach((values, column) => {
          const source = found[column];
          if (source !== undefined) values.push(...valuesOf(source));
        });
        for (const [reason, count] of rows.counts)
          counts[index]?.set(reason, (counts[index]?.get(reason) ?? 0) + count);
      });
    }
  } catch (error) {
    assert.ok(error instanceof DumpError, String(error));
    return error.message;
  }
  return { records, columns, counts };
}

const half = COUNT >> 1;
const CASES: [string, Buffer, Error?][] = [
  ["the published form", Buffer.from(dump(LABELS))],
  ["an XML declaration first", Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${dump(LABELS)}`)],
  ["a byte order mark first", Buffer.from(`\ufeff${dump(LABELS)}`)],
  ["a comment first", Buffer.from(`<!-- labels -->\n${dump(LABELS)}`)],
  ["all on one line", Buffer.from(dump(LABELS).replaceAll("\n", ""))],
  ["records that do not begin a line", Buffer.from(dump(LABELS).replaceAll("\n<label>", "\n  <label>"))],
  ["nested labels that begin a line", Buffer.from(dump(LABELS).replaceAll("<sublabels>", "<sublabels>\n"))],
  [
    "a record only saxes can read",
    Buffer.from(replaced(half, "<label><id>5</id><name><![CDATA[<x>]]></name></label>\n")),
  ],
  [
    "records in a comment",
    Buffer.from(replaced(half, `<label><id>5</id><!--${LABELS.join("")}--><name>x</name></label>\n`)),
  ],
  ["a comment between records", Buffer.from(replaced(half, "<!-- here -->\n"))],
  ["fewer bytes than a block", Buffer.from(dump(LABELS.slice(0, 3)))],
  ["fewer bytes than a head", Buffer.from("<labels><label/></labels>")],
  ["an unknown entity", Buffer.from(replaced(half, "<label><id>5</id><name>&nbsp;</name></label>\n"))],
  ["a missing end tag", Buffer.from(replaced(half, "<label><id>5</label>\n"))],
  ["text between records", Buffer.from(replaced(half, "text\n"))],
  ["another record", Buffer.from(replaced(half, "<artist><id>5</id></artist>\n"))],
  [
    "bytes that are not UTF-8",
    Buffer.from(replaced(half, "<label><id>5</id><name>\xff</name></label>\n"), "latin1"),
  ],
  ["an end in the middle", Buffer.from(dump(LABELS)).subarray(0, 3_000_000)],
  ["no end of the root", Buffer.from(dump(LABELS).replace("</labels>", ""))],
  ["something after the end", Buffer.from(`${dump(LABELS)}<labels/>`)],
  ["another dump", Buffer.from(dump(LABELS).replaceAll("labels>", "artists>"))],
  [
    "a source that fails",
    Buffer.from(dump(LABELS)).subarray(0, 3_000_000),
    new Error("unexpected end of file"),
  ],
];

for (const [what, bytes, failure] of CASES) {
  test(`heuristic cutting equals exact cutting, with and without threads: ${what}`, async () => {
    const expected = await outcome(parseBlocks(sourceOf(bytes, failure), options, times));
    for (const parser of [inlineParser(options, times), pool]) {
      const blocks = parseBlocksQuickly(sourceOf(bytes, failure), options, times, parser);
      assert.deepEqual(await outcome(blocks), expected);
    }
  });
}

test("threads parse a dump in the published form except for its last bytes", async (t) => {
  const parse = t.mock.method(pool, "parse");
  const bytes = Buffer.from(dump(LABELS));
  let records = 0;
  for await (const block of parseBlocksQuickly(sourceOf(bytes), options, times, pool))
    records += block.records;
  assert.equal(records, COUNT);
  const blocks = await Promise.all(parse.mock.calls.map((call) => call.result));
  const inThreads = blocks.reduce((sum, reply) => sum + (reply?.records ?? 0), 0);
  assert.ok(inThreads > COUNT / 2, `${inThreads} of ${COUNT}`);
});
