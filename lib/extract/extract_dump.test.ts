import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { ExpectedError } from "../cli/errors.ts";
import type { ExtractedDataset } from "../datasets/declaration.ts";
import { allTables, datasetsOf } from "../datasets/index.ts";
import { DumpError } from "../dump/dump_error.ts";
import { hashFile } from "../files/files.ts";
import { dumpText, extractAll, noise, writeDump } from "../testing/dumps.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetMetadata, parquetRows } from "../testing/parquet.ts";
import { type ExtractOptions, MIN_BYTES_FOR_THREADS } from "./extract_dump.ts";

const label = (id: number, inner = "") => `<label><id>${id}</id><name>L${id}</name>${inner}</label>`;
const labels = (count: number) => Array.from({ length: count }, (_, index) => label(index + 1));
const LABELS = "labels_v10";

function partNames(dir: string): string[] {
  return readdirSync(join(dir, LABELS)).sort();
}

test("parts have a fixed number of rows, in dump order", async (t) => {
  const dir = temporaryDirectory(t);
  const result = await extractAll(writeDump(dir, "label", labels(25)), "label", dir, { batch: 10 });
  assert.deepEqual(partNames(dir), ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]);
  assert.deepEqual(
    result.datasets[0]?.files.map((file) => file.rows),
    [10, 10, 5],
  );
  const rows = await parquetRows(join(dir, LABELS, "*.parquet"));
  assert.deepEqual(
    rows.map((row) => row.label_id),
    Array.from({ length: 25 }, (_, index) => String(index + 1)),
  );
});

test("the same records yield the same bytes except for the dump's sha256, gzip or not, in one gzip member or several", async (t) => {
  const dir = temporaryDirectory(t);
  const text = dumpText("label", labels(500));
  writeFileSync(join(dir, "plain.xml"), text);
  writeFileSync(join(dir, "one.xml.gz"), gzipSync(text));
  writeFileSync(
    join(dir, "two.xml.gz"),
    Buffer.concat([gzipSync(text.slice(0, 777)), gzipSync(text.slice(777))]),
  );
  const contents: string[] = [];
  for (const name of ["plain.xml", "one.xml.gz", "two.xml.gz"]) {
    const out = join(dir, name.replaceAll(".", "_"));
    const { source } = await extractAll(join(dir, name), "label", out);
    const content = readFileSync(join(out, LABELS, "part-00000.parquet"), "latin1");
    assert.ok(source !== undefined && content.includes(source.sha256), name);
    contents.push(content.replace(source.sha256, ""));
  }
  assert.deepEqual(contents[1], contents[0]);
  assert.deepEqual(contents[2], contents[0]);
});

test("every part names its dataset, the dataset's version and the sha256 of the dump", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeDump(dir, "label", labels(25));
  const { source, datasets } = await extractAll(dump, "label", dir, { batch: 10, details: true });
  assert.equal(datasets.length, 3);
  const sha256 = createHash("sha256").update(readFileSync(dump)).digest("hex");
  assert.equal(source?.sha256, sha256);
  for (const { directory, files } of datasets) {
    const { about, columns } = allTables.find((table) => table.directory === directory) ?? {};
    assert.ok(about !== undefined && columns !== undefined);
    const ofColumns = Object.fromEntries(columns.map((column) => [column.name, column.about]));
    const description = JSON.stringify({ dataset: about, columns: ofColumns });
    const [, version] = /_v(\d+)$/.exec(directory) ?? [];
    const metadata = { dataset: directory, contract_version: version, description, source_sha256: sha256 };
    const expected = Object.fromEntries(files.map(({ name }) => [name, metadata]));
    assert.deepEqual(await parquetMetadata(join(dir, directory, "*.parquet")), expected);
    for (const { name, rows, ...described } of files) {
      assert.deepEqual(
        await hashFile(join(dir, directory, name)),
        described,
        `${directory}/${name}: ${rows} rows`,
      );
    }
  }
  const partial = join(dir, "partial");
  await extractAll(dump, "label", partial, { batch: 10, maxParts: 1 });
  const { "part-00000.parquet": none } = await parquetMetadata(join(partial, LABELS, "*.parquet"));
  assert.equal(none?.source_sha256, "0".repeat(64));
});

/** Large enough for threads: gzip, but not compressed. */
function writeLargeDump(dir: string, records: readonly string[]): string {
  const path = join(dir, "labels.xml.gz");
  const bytes = gzipSync(dumpText("label", records), { level: 0 });
  assert.ok(bytes.length > MIN_BYTES_FOR_THREADS);
  writeFileSync(path, bytes);
  return path;
}

const MANY = Array.from({ length: 30_000 }, (_, index) =>
  label(index + 1, `<profile>${"text &amp; ".repeat(20)}</profile>`),
);
const THREADED: [string, Partial<ExtractOptions>][] = [
  ["1 thread", { threads: 1 }],
  ["2 threads", { threads: 2 }],
  ["5 threads", { threads: 5 }],
  ["saxes alone", { onlySaxes: true }],
];

/** Asserts that a dump is refused with the same error for any number of threads, and that nothing is left. */
async function assertRefusedAlike(dump: string, dir: string, message: RegExp): Promise<void> {
  const messages: string[] = [];
  for (const [what, options] of THREADED) {
    const out = join(dir, what);
    await assert.rejects(extractAll(dump, "label", out, options), (error) => {
      assert.ok(error instanceof DumpError, String(error));
      messages.push(error.message);
      return true;
    });
    assert.ok(!existsSync(out));
  }
  assert.match(messages[0] ?? "", message);
  for (const each of messages) assert.equal(each, messages[0]);
}

test("the same dump yields the same bytes with any number of threads", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeLargeDump(dir, MANY);
  const results: unknown[] = [];
  for (const [what, options] of THREADED) {
    const { source, records, bytes, datasets } = await extractAll(dump, "label", join(dir, what), options);
    assert.equal(datasets[0]?.rows, MANY.length);
    results.push({ source, records, bytes, datasets });
  }
  for (const result of results) assert.deepEqual(result, results[0]);
});

test("the same damage yields the same error with any number of threads, and leaves nothing behind", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeLargeDump(dir, MANY.with(25_000, "<label><id>25001</id><name>&nbsp;</name></label>"));
  await assertRefusedAlike(dump, dir, /record 25001, byte \d+: .*undefined entity/i);
});

test("a refused dump leaves none of the directories that were created for its datasets", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeDump(dir, "label", [...labels(3), "<label><id>4</id><name>&nbsp;</name></label>"]);
  const kept = join(dir, "kept");
  mkdirSync(kept);
  for (const out of [join(dir, "new", "newer"), join(kept, "new", "newer"), kept]) {
    await assert.rejects(extractAll(dump, "label", out, { details: true }), DumpError, out);
    assert.deepEqual([readdirSync(dir), readdirSync(kept)], [["kept", "labels.xml.gz"], []]);
  }
  const outputs = datasetsOf("label").map((dataset) => ({ dataset, out: join(dir, "new", "x".repeat(256)) }));
  await assert.rejects(extractAll(dump, "label", dir, { outputs }), { code: "ENAMETOOLONG" });
  assert.deepEqual(readdirSync(dir), ["kept", "labels.xml.gz"]);
});

test("refuses an end tag between two records, whatever its name", async (t) => {
  for (const name of ["label", "labels/", "\0"]) {
    const dir = temporaryDirectory(t);
    const dump = writeLargeDump(dir, MANY.with(25_000, `</${name}>`));
    await assertRefusedAlike(dump, dir, /record 2500[01], byte \d+: /);
  }
});

/** A dump that hardly compresses, so that it is read in many chunks. */
const NOISY = gzipSync(
  dumpText(
    "label",
    Array.from({ length: 30_000 }, (_, index) => label(index + 1, `<profile>${noise(index)}</profile>`)),
  ),
  { level: 1 },
);
const STORED = gzipSync(dumpText("label", MANY), { level: 0 });
/** These bytes with many in the middle overwritten. */
const overwritten = (bytes: Buffer, count: number) =>
  Buffer.from(bytes).fill(0xff, bytes.length >> 1, (bytes.length >> 1) + count);
const DAMAGED_LARGE: [string, Buffer, RegExp][] = [
  ["in the middle", overwritten(NOISY, 64), /record [1-9]\d*, byte \d+: /],
  ["so that zlib gives up", overwritten(STORED, 200_000), /record [1-9]\d*, byte \d+: invalid block type/],
  ["at its end", NOISY.subarray(0, NOISY.length - 100), /record [1-9]\d*, byte \d+: unexpected end of file/],
  [
    "after its end",
    Buffer.concat([NOISY, Buffer.alloc(500_000)]),
    /record 30000, byte \d+: bytes after the end of the gzip stream/,
  ],
  [
    "by a page after its end",
    Buffer.concat([NOISY, Buffer.from("<html></html>\n")]),
    /record 30000, byte \d+: bytes after the end of the gzip stream/,
  ],
];

for (const [where, bytes, message] of DAMAGED_LARGE) {
  test(`a large dump damaged ${where} is refused alike with any number of threads`, async (t) => {
    const dir = temporaryDirectory(t);
    const dump = join(dir, "labels.xml.gz");
    assert.ok(bytes.length > MIN_BYTES_FOR_THREADS);
    writeFileSync(dump, bytes);
    await assertRefusedAlike(dump, dir, message);
  });
}

test("max-parts yields the same parts with any number of threads", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeLargeDump(dir, MANY);
  const results: unknown[] = [];
  for (const [what, options] of THREADED) {
    const limits = { ...options, batch: 1000, maxParts: 3 };
    const { isPartial, datasets } = await extractAll(dump, "label", join(dir, what), limits);
    assert.equal(isPartial, true);
    assert.equal(datasets[0]?.rows, 3000);
    results.push(datasets);
  }
  for (const result of results) assert.deepEqual(result, results[0]);
});

test("a dataset without rows has one part with its columns", async (t) => {
  const dir = temporaryDirectory(t);
  await extractAll(writeDump(dir, "artist", ["<artist><id>1</id><name>A</name></artist>"]), "artist", dir);
  assert.deepEqual(await parquetRows(join(dir, "artist_aliases_v1_typed", "*.parquet")), []);
});

test("drops rows without a mandatory id and skips labels without a name, counting both", async (t) => {
  const dir = temporaryDirectory(t);
  const records = [label(1), "<label><name>no id</name></label>", "<label><id>212</id></label>", label(2)];
  const result = await extractAll(writeDump(dir, "label", records), "label", dir);
  assert.deepEqual(result.datasets[0]?.counts, {
    null_label_id: 1,
    no_name: 1,
    unreadable_parent_label_id: 0,
  });
  assert.equal(result.datasets[0]?.rows, 2);
  assert.equal(result.records, 4);
  assert.equal(result.datasets[0]?.records, 4);
});

test("counts the elements read for each dataset, including those without a row", async (t) => {
  const dir = temporaryDirectory(t);
  const aliases = '<aliases><name id="2">B</name><name/><name>C</name></aliases>';
  const records = [`<artist><id>1</id><name>A</name>${aliases}</artist>`, `<artist>${aliases}</artist>`];
  const { datasets } = await extractAll(writeDump(dir, "artist", records), "artist", dir);
  assert.deepEqual(
    datasets.map(({ records: read, rows, counts }) => [read, rows, counts]),
    [
      [2, 1, { no_name: 0, null_artist_id: 1 }],
      [6, 2, { no_alias_name: 2, null_artist_id: 2, unreadable_alias_id: 0 }],
      [0, 0, { no_group_name: 0, no_member_name: 0, null_group_id: 0, null_member_id: 0 }],
    ],
  );
});

test("max-parts stops early and leaves a marker, without reading the end of the dump", async (t) => {
  const dir = temporaryDirectory(t);
  const whole = gzipSync(dumpText("label", labels(60_000)));
  writeFileSync(join(dir, "cut.xml.gz"), whole.subarray(0, whole.length - 100));
  const result = await extractAll(join(dir, "cut.xml.gz"), "label", dir, { batch: 10, maxParts: 2 });
  assert.equal(result.isPartial, true);
  assert.equal(result.source, undefined);
  assert.equal(result.datasets[0]?.rows, 20);
  assert.deepEqual(partNames(dir), ["_partial", "part-00000.parquet", "part-00001.parquet"]);
});

test("max-parts stops once one of several datasets has as many parts, and marks all of them", async (t) => {
  const dir = temporaryDirectory(t);
  const artists = Array.from({ length: 30_000 }, (_, index) => {
    const aliases = index === 1 ? '<aliases><name id="1">Alias</name></aliases>' : "";
    return `<artist><id>${index + 1}</id><name>Artist</name><profile>${"text ".repeat(40)}</profile>${aliases}</artist>`;
  });
  const dump = writeDump(dir, "artist", artists);
  const { isPartial, datasets } = await extractAll(dump, "artist", dir, { batch: 10, maxParts: 2 });
  assert.equal(isPartial, true);
  assert.deepEqual(
    datasets.map(({ rows }) => rows),
    [20, 1, 0],
  );
  for (const { directory } of datasets)
    assert.ok(readdirSync(join(dir, directory)).includes("_partial"), directory);
});

test("refuses a non-empty output, and with clean replaces it only on success", async (t) => {
  const dir = temporaryDirectory(t);
  const out = join(dir, LABELS);
  mkdirSync(out);
  const old = join(out, "part-00000.parquet");
  writeFileSync(old, "old");
  const good = writeDump(dir, "label", labels(3));
  await assert.rejects(extractAll(good, "label", dir), (error) => {
    return error instanceof ExpectedError && error.message.includes(out) && error.message.includes("--clean");
  });
  const bad = writeDump(dir, "label", [...labels(3), "<label><id>4</label>"], "bad.xml.gz");
  await assert.rejects(extractAll(bad, "label", dir, { clean: true }), DumpError);
  assert.equal(readFileSync(old, "utf8"), "old");
  await extractAll(good, "label", dir, { clean: true });
  assert.deepEqual(partNames(dir), ["part-00000.parquet"]);
  assert.notEqual(readFileSync(old, "utf8"), "old");
});

test("clean replaces the parts of any version, also of a partial dataset", async (t) => {
  const dir = temporaryDirectory(t);
  const out = join(dir, LABELS);
  mkdirSync(out);
  const names = ["_partial", "part-00001.parquet", "part-123456.parquet", "releases_part0000.parquet"];
  for (const name of names) writeFileSync(join(out, name), "old");
  await extractAll(writeDump(dir, "label", labels(3)), "label", dir, { clean: true });
  assert.deepEqual(partNames(dir), ["part-00000.parquet"]);
});

test("clean replaces a dataset, but not a directory with other content", async (t) => {
  const dir = temporaryDirectory(t);
  const out = join(dir, LABELS);
  const inside = join(out, "months");
  mkdirSync(inside, { recursive: true });
  const dump = writeDump(dir, "label", labels(3));
  await assert.rejects(
    extractAll(dump, "label", dir, { clean: true }),
    /contains months, so it is not a dataset's directory/,
  );
  rmSync(inside, { recursive: true });
  const dumpInside = writeDump(out, "label", labels(3));
  await assert.rejects(extractAll(dumpInside, "label", dir, { clean: true }), /contains labels\.xml\.gz/);
  assert.deepEqual(readdirSync(out), ["labels.xml.gz"]);
});

/** Names of files that are not parts. */
const FOREIGN = [
  ".hidden",
  "Part-00000.parquet",
  "_tmp.part-00000.parquet.1",
  "notes",
  "notes.txt",
  "other_table.parquet",
  "part-00000.parquet.bak",
  "part-0000.parquet",
  "photo.jpg",
  "releases.csv",
];

for (const name of FOREIGN) {
  test(`clean refuses a directory with a file ${name}, and leaves it unchanged`, async (t) => {
    const dir = temporaryDirectory(t);
    const dump = writeDump(dir, "label", labels(3));
    await extractAll(dump, "label", dir);
    const out = join(dir, LABELS);
    writeFileSync(join(out, name), "important");
    const before = readFileSync(join(out, "part-00000.parquet"));
    const more = writeDump(dir, "label", labels(4), "more.xml.gz");
    await assert.rejects(extractAll(more, "label", dir, { clean: true }), {
      name: "ExpectedError",
      message: `${out} contains ${name}, so it is not a dataset's directory, and --clean does not replace it`,
    });
    assert.equal(readFileSync(join(out, name), "utf8"), "important");
    assert.deepEqual(readFileSync(join(out, "part-00000.parquet")), before);
    assert.deepEqual(readdirSync(dir).sort(), ["labels.xml.gz", LABELS, "more.xml.gz"]);
  });
}

test("clean refuses a link with the name of a part, and replaces none of several datasets", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeDump(dir, "artist", ["<artist><id>1</id><name>A</name></artist>"]);
  await extractAll(dump, "artist", dir);
  const last = join(dir, datasetsOf("artist").at(-1)?.directory ?? "");
  symlinkSync("part-00000.parquet", join(last, "part-00001.parquet"));
  const written = statSync(join(dir, "artists_v1_typed", "part-00000.parquet"));
  await assert.rejects(extractAll(dump, "artist", dir, { clean: true }), /contains part-00001\.parquet/);
  assert.equal(statSync(join(dir, "artists_v1_typed", "part-00000.parquet")).ino, written.ino);
});

test("clean keeps a file that was put into the output during the extraction", async (t) => {
  const dir = temporaryDirectory(t);
  const notes = join(dir, LABELS, "notes");
  mkdirSync(join(dir, LABELS));
  const verifySource = () => writeFileSync(notes, "important");
  const dump = writeDump(dir, "label", labels(3));
  await assert.rejects(extractAll(dump, "label", dir, { clean: true, verifySource }), /contains notes/);
  assert.equal(readFileSync(notes, "utf8"), "important");
  assert.deepEqual(readdirSync(dir).sort(), ["labels.xml.gz", LABELS]);
});

test("an extraction is refused when another has written to the same place meanwhile", async (t) => {
  const dir = temporaryDirectory(t);
  const out = join(dir, LABELS);
  const verifySource = () => {
    mkdirSync(out);
    writeFileSync(join(out, "part-00000.parquet"), "of the other");
  };
  await assert.rejects(extractAll(writeDump(dir, "label", labels(3)), "label", dir, { verifySource }), {
    name: "ExpectedError",
    message: `${out} is not empty: choose another directory, or replace it with --clean`,
  });
  assert.equal(readFileSync(join(out, "part-00000.parquet"), "utf8"), "of the other");
  assert.deepEqual(readdirSync(dir).sort(), ["labels.xml.gz", LABELS]);
});

test("an output that can't be created is an error that names it, or the file in its place", async (t) => {
  const dir = temporaryDirectory(t);
  const file = join(dir, "file");
  writeFileSync(file, "");
  const dump = writeDump(dir, "label", labels(3));
  const dataset = datasetsOf("label")[0] as ExtractedDataset;
  const long = join(dir, "o".repeat(255));
  await assert.rejects(
    extractAll(dump, "label", dir, { outputs: [{ dataset, out: long }] }),
    (error: Error) => error.message.includes(long) && !error.message.includes("_tmp"),
  );
  for (const out of [file, join(file, "out"), join(file, "out", "er")]) {
    await assert.rejects(extractAll(dump, "label", dir, { outputs: [{ dataset, out }] }), {
      name: "ExpectedError",
      message: `${file} is not a directory`,
    });
  }
});

test("two datasets can't have the same or nested directories", async (t) => {
  const dir = temporaryDirectory(t);
  const source = writeDump(dir, "artist", ["<artist><id>1</id></artist>"]);
  const [first, second] = datasetsOf("artist") as [ExtractedDataset, ExtractedDataset];
  for (const inner of ["out", "out/in"]) {
    const outputs = [
      { dataset: first, out: join(dir, "out") },
      { dataset: second, out: join(dir, inner) },
    ];
    await assert.rejects(
      extractAll(source, "artist", dir, { outputs }),
      /two datasets are to go to .*out: give each/,
    );
  }
  assert.deepEqual(readdirSync(dir), ["artists.xml.gz"]);
});

test("writes nothing into a sealed run, not even a new directory of its reports", async (t) => {
  const dir = temporaryDirectory(t);
  const reports = join(dir, "_runs", "2026-09__20260914_120000", "_reports");
  mkdirSync(reports, { recursive: true });
  const dump = writeDump(dir, "label", labels(3));
  await assert.rejects(extractAll(dump, "label", reports), /sealed run 2026-09__20260914_120000/);
  assert.deepEqual(readdirSync(reports), []);
});

test("a source refused at its end leaves nothing behind", async (t) => {
  const dir = temporaryDirectory(t);
  const verifySource = () => {
    throw new ExpectedError("another sha256");
  };
  await assert.rejects(
    extractAll(writeDump(dir, "label", labels(3)), "label", dir, { verifySource }),
    /another sha256/,
  );
  assert.deepEqual(readdirSync(dir), ["labels.xml.gz"]);
});

const TEXT = dumpText("label", labels(2000));
const GZIP = gzipSync(TEXT);
const flipped = (at: number) => {
  const copy = Buffer.from(GZIP);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
};
const third = (inner: string) => gzipSync(dumpText("label", [label(1), label(2), inner, label(4)]));

const followedBy = (text: string) => Buffer.concat([GZIP, Buffer.from(text, "latin1")]);
const END_OF_RECORDS = TEXT.lastIndexOf("</label>") + "</label>".length;
const AFTER_END = new RegExp(`record 2000, byte ${END_OF_RECORDS}: bytes after the end of the gzip stream`);

/** The defect of the dump, its bytes, and the error besides the file's name. */
const DAMAGED: [string, string, Uint8Array, RegExp][] = [
  [
    "truncated gzip",
    "labels.xml.gz",
    GZIP.subarray(0, GZIP.length >> 1),
    /record \d+, byte \d+: unexpected end/,
  ],
  ["truncated in the checksum", "labels.xml.gz", GZIP.subarray(0, GZIP.length - 3), /unexpected end of file/],
  [
    "bad CRC",
    "labels.xml.gz",
    flipped(GZIP.length - 6),
    /: byte 0: incorrect data check, noticed within 262,144 bytes from there$/,
  ],
  ["bytes after the end", "labels.xml.gz", followedBy("junk"), AFTER_END],
  ["a line feed after the end", "labels.xml.gz", followedBy("\n"), AFTER_END],
  ["zeros after the end", "labels.xml.gz", followedBy("\0\0\0\0"), AFTER_END],
  ["a truncated member after the end", "labels.xml.gz", followedBy("\x1f"), /unexpected end of file/],
  [
    "bytes after the second member",
    "labels.xml.gz",
    Buffer.concat([gzipSync(TEXT.slice(0, 777)), gzipSync(TEXT.slice(777)), Buffer.from("junk")]),
    AFTER_END,
  ],
  ["not gzip", "labels.xml.gz", Buffer.from(TEXT), /byte 0: not a gzip file/],
  ["not XML", "labels.xml.gz", gzipSync("PAR1 and so on"), /not XML/],
  ["HTML", "labels.xml", Buffer.from("<html><body>429</body></html>"), /begins with <html>/],
  ["the wrong entity", "labels.xml.gz", gzipSync(dumpText("artist", ["<artist/>"])), /begins with <artists>/],
  ["an empty file", "labels.xml.gz", Buffer.alloc(0), /: byte 0: the file is empty/],
  ["an empty gzip", "labels.xml.gz", gzipSync(""), /no <labels> found/],
  [
    "end inside a record",
    "labels.xml",
    Buffer.from(TEXT.slice(0, 65)),
    /record 2, byte 50: the file ends inside/,
  ],
  [
    "a missing end tag",
    "labels.xml.gz",
    third("<label><id>3</label>"),
    /record 3, byte 91: .*unexpected close tag/i,
  ],
  [
    "an unknown entity",
    "labels.xml.gz",
    third("<label><name>&nbsp;</name></label>"),
    /record 3.*undefined entity/i,
  ],
  [
    "an unclosed reference in an attribute",
    "labels.xml.gz",
    third('<label><name of="Rock &amp Roll"/></label>'),
    /record 3, byte \d+: "&amp" without ";"/,
  ],
  [
    "a control character",
    "labels.xml.gz",
    third("<label><name>\u0001</name></label>"),
    /record 3.*disallowed/i,
  ],
  [
    "deep nesting",
    "labels.xml.gz",
    third(`<label>${"<a>".repeat(70)}${"</a>".repeat(70)}</label>`),
    /deeper than 64/,
  ],
];

async function expectRefused(
  t: TestContext,
  name: string,
  bytes: Uint8Array,
  message: RegExp,
): Promise<void> {
  const dir = temporaryDirectory(t);
  const path = join(dir, name);
  writeFileSync(path, bytes);
  await assert.rejects(extractAll(path, "label", dir, { batch: 10 }), (error) => {
    assert.ok(error instanceof DumpError, String(error));
    assert.equal(error.exitCode, 2);
    assert.match(error.message.slice(path.length), /^: (record [1-9]\d*, )?byte \d+: /);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
  assert.deepEqual(readdirSync(dir), [name]);
}

for (const [what, name, bytes, message] of DAMAGED) {
  test(`refuses a damaged dump with its place, leaving nothing behind: ${what}`, (t) =>
    expectRefused(t, name, bytes, message));
}

test("refuses a byte that is not UTF-8", (t) => {
  const bytes = Buffer.concat([
    Buffer.from("<labels>\n<label><name>"),
    Buffer.from([0xff]),
    Buffer.from("</name></label></labels>"),
  ]);
  return expectRefused(t, "labels.xml", bytes, /record 1, byte 9: not valid UTF-8/);
});

test("refuses a directory", async (t) => {
  const dir = temporaryDirectory(t);
  await assert.rejects(
    extractAll(dir, "label", join(dir, "out")),
    /cannot read the dump .*: it is a directory/,
  );
});

test("a missing file is a one-line error", async (t) => {
  const dir = temporaryDirectory(t);
  await assert.rejects(
    extractAll(join(dir, "no.xml.gz"), "label", dir),
    /cannot read the dump .*no\.xml\.gz: no such file/,
  );
  assert.deepEqual(readdirSync(dir), []);
});
