import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { DumpError } from "../dump/dump_error.ts";
import { extractAll, noise } from "../testing/dumps.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetRows } from "../testing/parquet.ts";
import { MIN_BYTES_FOR_THREADS } from "./extract_dump.ts";

const label = (id: number) =>
  `<label><id>${id}</id><name>L\u0002${id}</name><profile>${noise(id)}</profile></label>\n`;
const LABELS = Array.from({ length: 12_000 }, (_, index) => label(index + 1)).join("");
const clean = (text: string) => text.replaceAll("\u0002", "");

function write(dir: string, name: string, text: string): string {
  const bytes = gzipSync(text, { level: 0 });
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
}

test("a large dump yields the same without a root as with one, with any number of threads", async (t) => {
  const dir = temporaryDirectory(t);
  const sha256 = (dump: string) => createHash("sha256").update(readFileSync(dump)).digest("hex");
  /** The bytes of a part without the sha256 of its dump, which they must contain. */
  const part = (out: string, dump: string) => {
    const bytes = readFileSync(join(dir, out, "labels_v10", "part-00000.parquet"), "latin1");
    assert.ok(bytes.includes(sha256(dump)), out);
    return bytes.replace(sha256(dump), "");
  };
  const withRoot = write(dir, "root.xml.gz", `<labels>\n${clean(LABELS)}</labels>\n`);
  assert.ok(readFileSync(withRoot).length > MIN_BYTES_FOR_THREADS);
  assert.deepEqual((await extractAll(withRoot, "label", join(dir, "root"))).anomalies, {});
  const without = write(dir, "none.xml.gz", clean(LABELS));
  for (const threads of [1, 3]) {
    const { anomalies, records } = await extractAll(without, "label", join(dir, String(threads)), {
      threads,
    });
    assert.deepEqual([anomalies, records], [{ implied_root: 1 }, 12_000]);
    assert.ok(part(String(threads), without) === part("root", withRoot));
  }
  await extractAll(without, "label", join(dir, "strict"), { strict: true });
  assert.ok(part("strict", without) === part("root", withRoot));
  const closed = write(dir, "closed.xml.gz", `${clean(LABELS)}</labels>\n`);
  for (const threads of [1, 3])
    await assert.rejects(
      extractAll(closed, "label", join(dir, "closed"), { threads }),
      /record 12000, byte \d+: unexpected <\/labels>/,
    );
});

test("removes and counts control characters on request", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = write(dir, "labels.xml.gz", `<labels>\n${LABELS}</labels>\n`);
  await assert.rejects(extractAll(dump, "label", join(dir, "refused")), DumpError);
  for (const threads of [1, 3]) {
    const options = { threads, removeControlCharacters: true };
    const { anomalies, source } = await extractAll(dump, "label", join(dir, String(threads)), options);
    assert.deepEqual(anomalies, { control_characters: 12_000 });
    assert.equal(source?.size, readFileSync(dump).length);
    const [first] = await parquetRows(join(dir, String(threads), "labels_v10", "*.parquet"));
    assert.equal(first?.name, "L1");
  }
  const small = write(
    dir,
    "small.xml.gz",
    "<labels>\n<label><id>1</id><name>\ta\n\u007f</name></label>\n</labels>",
  );
  const options = { removeControlCharacters: true };
  const { anomalies } = await extractAll(small, "label", join(dir, "small"), options);
  assert.deepEqual(anomalies, { control_characters: 0 });
  const [row] = await parquetRows(join(dir, "small", "labels_v10", "*.parquet"));
  assert.equal(row?.name, "a\n\u007f");
});

test("an id 0 of a member is kept as member_id, and gives way to the id before the name as related_id", async (t) => {
  const dir = temporaryDirectory(t);
  const members = '<id>5</id><name id="0">A</name><id>0</id><name>B</name><id>7</id><name id="7">C</name>';
  const artist = `<artist><id>9</id><name>G</name><members>${members}</members></artist>`;
  const dump = write(dir, "artists.xml.gz", `<artists>\n${artist}</artists>\n`);
  const { unknown } = await extractAll(dump, "artist", dir, { details: true });
  const idsOf = async (dataset: string, column: string) =>
    (await parquetRows(join(dir, dataset, "*.parquet"))).map((row) => row[column]);
  assert.deepEqual(await idsOf("artist_memberships_v1_typed", "member_id"), ["0", "0", "7"]);
  assert.deepEqual(await idsOf("artist_relations_v1", "related_id"), ["5", null, "7"]);
  // Each dataset passes over what the other reads.
  assert.deepEqual(unknown, { "artist/members/id": 1, "artist/members/name/@id": 1 });
});
