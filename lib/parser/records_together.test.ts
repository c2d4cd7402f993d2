import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { test } from "node:test";
import { createGunzip } from "node:zlib";
import type { Entity } from "../datasets/declaration.ts";
import { extractedDatasetsOf } from "../datasets/index.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { splitRecords } from "../dump/record_splitter.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { valuesOf } from "../testing/columns.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { BlockParser } from "./block_parser.ts";

// The rows of several records are appended at once; they must be those of one record after another.

/** The records of a dump as texts, some with what makes them a special case. */
async function recordsIn(path: string, entity: Entity): Promise<string[]> {
  const texts: string[] = [];
  for await (const { bytes, starts, ends } of splitRecords(
    createReadStream(path).pipe(createGunzip()),
    entity,
  )) {
    for (const [index, start] of starts.entries())
      texts.push(Buffer.from(bytes).toString("utf8", start, ends[index]));
  }
  return texts.map((text, index) => {
    let changed = text;
    if (index % 3 === 0) changed = changed.replaceAll(/>([^<\s][^<]*)<\//g, "> $1 </");
    if (index % 7 === 3) changed = changed.replace(/<\/\w+>$/, "<!-- for saxes -->$&");
    if (index % 11 === 4) changed = changed.replace(/ id="\d+"|<id>.*?<\/id>/, "");
    return changed;
  });
}

function addTo(sums: Map<string, number>, counts: Iterable<readonly [string, number]>): void {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
}

/** What a parser makes of blocks, all together. */
function readAll(entity: Entity, blocks: readonly string[]) {
  const datasets = extractedDatasetsOf(entity);
  const parser = new BlockParser({ entity, datasets, label: "dump", onlySaxes: false });
  const totals = datasets.map(({ columns }) => ({
    rows: 0,
    items: 0,
    counts: new Map<string, number>(),
    values: columns.map((): unknown[] => []),
  }));
  const unknown = new Map<string, number>();
  const trimmed = new Map<string, number>();
  let records = 0;
  for (const block of blocks) {
    records += parser.parseWhole(Buffer.from(block)) ?? Number.NaN;
    for (const [index, total] of totals.entries()) {
      const made = parser.rows[index];
      total.rows += made?.rows ?? Number.NaN;
      total.items += made?.items ?? Number.NaN;
      addTo(total.counts, made?.counts ?? []);
      for (const [at, column] of (made?.columns ?? []).entries()) total.values[at]?.push(...valuesOf(column));
    }
    addTo(unknown, parser.noticed.unknown);
    addTo(trimmed, parser.noticed.trimmed);
  }
  return { records, totals, unknown, trimmed };
}

test("many records in one block yield the same as one block for each", async (t) => {
  const out = temporaryDirectory(t);
  await writeSampleDump({
    out,
    month: "2026-09",
    artists: 300,
    labels: 200,
    masters: 150,
    releases: 300,
    seed: 5,
  });
  for (const { entity: plural, path } of (await findDumpFiles(out, "2026-09")).files) {
    const entity = plural.slice(0, -1) as Entity;
    const texts = await recordsIn(path, entity);
    const together = readAll(entity, [texts.join("\n")]);
    assert.equal(together.records, texts.length, plural);
    assert.ok(together.trimmed.size > 0, plural);
    assert.deepEqual(together, readAll(entity, texts), plural);
  }
});
