import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { main } from "../../pipelines/parse_collection_json.ts";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { collection } from "../datasets/collection.ts";
import { duckdbType } from "../datasets/types.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { parquetColumns, parquetRows } from "../testing/parquet.ts";
import { runMain } from "../testing/run_main.ts";
import { PAGE_PATTERN } from "./collection_pages.ts";
import { type CollectionOptions, parseCollection } from "./parse_collection.ts";

const EMPTY = Object.fromEntries(collection.columns.map(({ name }) => [name, null]));

function writePages(test: TestContext, pages: Record<string, string | Buffer>): CollectionOptions {
  const dir = temporaryDirectory(test);
  const srcDir = join(dir, "pages");
  mkdirSync(srcDir);
  for (const [name, content] of Object.entries(pages)) writeFileSync(join(srcDir, name), content);
  return {
    srcDir,
    pattern: PAGE_PATTERN,
    out: join(dir, "out", "collection"),
    chunk: 100,
    clean: false,
    log: silentLogger,
  };
}

async function rowsOf(test: TestContext, items: string): Promise<Record<string, unknown>[]> {
  const options = writePages(test, { "discogs_page_1.json": items });
  await parseCollection(options);
  return parquetRows(`${options.out}/*.parquet`);
}

const PAGE = `{
  "pagination": {"page": 1, "pages": 1},
  "releases": [{
    "id": 2464521, "instance_id": 9007199254740993, "date_added": "2011-07-15T13:10:38-07:00", "rating": 0,
    "folder_id": 1,
    "notes": [
      {"field_id": 1, "value": "Near Mint (NM or M-)"}, {"field_id": 2, "value": " "}, {"field_id": 3, "value": "bleem"}
    ],
    "basic_information": {
      "id": 2464521, "title": " Information Chase ", "year": 2006,
      "artists": [{"name": "Bit Shifter", "id": 1}, {"name": ""}, {"name": "Earth, Wind & Fire"}],
      "labels": [{"name": "8bitpeoples", "catno": "8BP-075"}],
      "formats": [{"name": "File", "qty": "1", "descriptions": ["MP3"]}, {"name": "CD"}],
      "genres": ["Electronic", "Pop"], "styles": []
    }
  }]
}`;

test("an API item becomes a row by the contract's rules", async (t) => {
  assert.deepEqual(await rowsOf(t, PAGE), [
    {
      instance_id: "9007199254740993",
      release_id: "2464521",
      year: "2006",
      rating: "0",
      title: "Information Chase",
      artists: "Bit Shifter, Earth, Wind & Fire",
      labels: "8bitpeoples",
      formats: "File, CD",
      genres: "Electronic, Pop",
      styles: null,
      date_added: "2011-07-15T13:10:38-07:00",
      folder_id: "1",
      notes: "1: Near Mint (NM or M-); 3: bleem",
      media_condition: "Near Mint (NM or M-)",
      sleeve_condition: null,
    },
  ]);
});

test("columns and types are the declared ones", async (t) => {
  const options = writePages(t, { "discogs_page_1.json": "[]" });
  assert.equal((await parseCollection(options)).rows, 0);
  assert.deepEqual(
    await parquetColumns(`${options.out}/*.parquet`),
    collection.columns.map(({ name, type }) => `${name} ${duckdbType(type)}`),
  );
});

test("each value has alternatives, in order", async (t) => {
  const items = [
    [
      { instance_id: 1, basic_information: { instance_id: 2, id: 9 }, id: 3 },
      { instance_id: "1", release_id: "9" },
    ],
    [
      { basic_information: { instance_id: 2, id: 9 }, id: 3 },
      { instance_id: "2", release_id: "9" },
    ],
    [
      { basic_information: { id: 9 }, id: 3 },
      { instance_id: "3", release_id: "9" },
    ],
    [
      { basic_information: { id: 9 }, id: 9 },
      { instance_id: null, release_id: "9" },
    ],
    [
      { release_id: " 9 ", id: "009" },
      { instance_id: null, release_id: "9" },
    ],
    [
      { release_id: 9, rating: 1, rating_value: 2 },
      { release_id: "9", rating: "1" },
    ],
    [
      { release_id: 9, rating: null, rating_value: 2 },
      { release_id: "9", rating: "2" },
    ],
    [
      { rating: "x", basic_information: { rating: 3, date_added: "d" } },
      { rating: "3", date_added: "d" },
    ],
    [
      { notes: { rating: 4 }, date_added: "e", basic_information: { date_added: "d" } },
      { rating: "4", date_added: "e" },
    ],
    [
      {
        notes: [
          { field_id: 2, value: "" },
          { field_id: "2", value: "Generic" },
          { value: "loose" },
          "text",
          7,
        ],
      },
      { notes: "2: Generic; loose; text; 7", sleeve_condition: "Generic" },
    ],
    [{ notes: " a text " }, { notes: "a text" }],
    [{ title: "not here", basic_information: { title: 1999, genres: "Rock" } }, { title: "1999" }],
  ];
  const rows = await rowsOf(t, JSON.stringify(items.map(([item]) => item)));
  assert.deepEqual(
    rows,
    items.map(([, expected]) => ({ ...EMPTY, ...expected })),
  );
});

test("a number is decimal digits within 64 bits, anything else is NULL", async (t) => {
  const years = [
    "-1",
    "1.0",
    "1e3",
    '"1e3"',
    "true",
    "9223372036854775808",
    "9223372036854775807",
    '" 0012\u2003"',
  ];
  const items = years.map((year) => `{"basic_information": {"year": ${year}}}`);
  const rows = await rowsOf(t, `{"items": [${items.join(",")}]}`);
  assert.deepEqual(
    rows.map((row) => row.year),
    [null, null, null, null, null, null, "9223372036854775807", "12"],
  );
});

test("reads pages in name order, writes --chunk rows per part, and counts missing ids", async (t) => {
  const page = (from: number, to: number) =>
    JSON.stringify(
      Array.from({ length: to - from }, (_, i) => ({ release_id: from + i, instance_id: from + i })),
    );
  const options = writePages(t, {
    "discogs_page_002.json": page(3, 5),
    "discogs_page_001.json": page(0, 3),
    "discogs_page_003.json": '[{"instance_id": 100}, {}]',
    "other.json": "not JSON",
  });
  mkdirSync(join(options.srcDir, "discogs_page_9.json"));
  const parsed = await parseCollection({ ...options, chunk: 2 });
  assert.deepEqual(
    parsed.files.map(({ name, rows }) => [name, rows]),
    [0, 1, 2, 3].map((part) => [`part-0000${part}.parquet`, part === 3 ? 1 : 2]),
  );
  assert.deepEqual(parsed.counts, { null_instance_id: 1, null_release_id: 2 });
  assert.deepEqual(
    parsed.sources.map(({ name }) => name),
    ["discogs_page_001.json", "discogs_page_002.json", "discogs_page_003.json"],
  );
  const rows = await parquetRows(`${options.out}/*.parquet`);
  assert.deepEqual(
    rows.map((row) => row.release_id),
    ["0", "1", "2", "3", "4", null, null],
  );
});

test("names a damaged page with the place, and leaves nothing behind", async (t) => {
  const good = '[{"release_id": 1}]';
  const damaged: [string | Buffer, RegExp][] = [
    ['{"releases": [\n  {"id": 1},,\n]}', /page_2\.json is not JSON: line 2, column 13: expected a value/],
    ['{"releases": [{"id": 1}', /page_2\.json is not JSON: line 1, column 24/],
    [Buffer.from('[\n\n{"a": "x\xe9"}]', "latin1"), /page_2\.json: line 3, byte 9: not UTF-8/],
    ['{"release": []}', /page_2\.json: not a page of a collection/],
    ["7", /page_2\.json: not a page of a collection/],
    ['{"releases": [{}, 7]}', /page_2\.json: releases\[1\] is not an object/],
    ["", /page_2\.json is not JSON: line 1, column 1/],
  ];
  for (const [content, message] of damaged) {
    const options = writePages(t, { "discogs_page_1.json": good, "discogs_page_2.json": content });
    await assert.rejects(parseCollection({ ...options, chunk: 1 }), (error) => {
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, message);
      return true;
    });
    assert.ok(!existsSync(dirname(options.out)));
  }
});

test("the pattern selects the files; no match is an error", async (t) => {
  const options = writePages(t, { "a(1).json": "[{}]", "b(1).json": "[{}, {}]" });
  assert.equal((await parseCollection({ ...options, pattern: "?(1).json" })).rows, 3);
  assert.equal((await parseCollection({ ...options, pattern: "b*", clean: true })).rows, 2);
  await assert.rejects(parseCollection(options), /discogs_page_\*\.json: no such file/);
  await assert.rejects(parseCollection({ ...options, pattern: "../*" }), /without directories/);
  for (const srcDir of [join(options.srcDir, "no"), join(options.srcDir, "a(1).json")]) {
    await assert.rejects(parseCollection({ ...options, srcDir }), /is not a directory/);
  }
});

/** A page as returned by the API. */
const apiPage = (page: number, pages: number, items: number, instances: number[]) =>
  JSON.stringify({
    pagination: { page, pages, items, per_page: 2 },
    releases: instances.map((instance_id) => ({ instance_id, basic_information: { id: 7 } })),
  });

/** Saved pages by the digit in their name, the error, and the counts when allowed. */
const INCOMPLETE: [what: string, pages: string[], message: RegExp, counts: Record<string, number>][] = [
  [
    "a page is missing",
    [apiPage(1, 3, 5, [1, 2]), apiPage(3, 3, 5, [5])],
    /pages: missing pages of 3 declared by discogs_page_1\.json: 2; .*--allow-incomplete/,
    { missing_pages: 1, missing_items: 2 },
  ],
  [
    "the last pages are missing",
    [apiPage(1, 9, 17, [1, 2])],
    /missing pages of 9 declared by discogs_page_1\.json: 2, 3, 4, \.\.\.;/,
    { missing_pages: 8, missing_items: 15 },
  ],
  [
    "a page was saved twice",
    [apiPage(1, 2, 4, [1, 2]), apiPage(2, 2, 4, [3, 4]), apiPage(2, 2, 4, [3, 4])],
    /duplicate pages: page 2 is in discogs_page_2\.json and discogs_page_3\.json;/,
    { repeated_pages: 1, repeated_instance_ids: 2 },
  ],
  [
    "the collection grew meanwhile, moving an item to the next page",
    [apiPage(1, 2, 3, [1, 2]), apiPage(2, 2, 4, [2, 3])],
    /duplicate instance_ids: 2 in discogs_page_1\.json and discogs_page_2\.json;/,
    { repeated_instance_ids: 1, missing_items: 1 },
  ],
  [
    "an item is missing",
    [apiPage(1, 1, 3, [1, 2])],
    /the pages have 2 items, but discogs_page_1\.json declares 3;/,
    { missing_items: 1 },
  ],
  [
    "there are too many items",
    [apiPage(1, 1, 1, [1, 2])],
    /the pages have 2 items, but discogs_page_1\.json declares 1;/,
    { surplus_items: 1 },
  ],
  [
    "pages without declarations have a duplicate instance",
    ['[{"instance_id": 5, "release_id": 7}, {"instance_id": "5", "release_id": 7}]'],
    /duplicate instance_ids: 5 in discogs_page_1\.json;/,
    { repeated_instance_ids: 1 },
  ],
];

for (const [what, pages, message, counts] of INCOMPLETE) {
  test(`${what}: refused with the files, counted on request`, async (t) => {
    const named = pages.map((page, index) => [`discogs_page_${index + 1}.json`, page]);
    const options = writePages(t, Object.fromEntries(named));
    await assert.rejects(parseCollection(options), (error: Error) => {
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, message);
      return true;
    });
    assert.ok(!existsSync(dirname(options.out)));
    const parsed = await parseCollection({ ...options, allowIncomplete: true });
    assert.deepEqual(parsed.counts, counts);
  });
}

test("accepts complete pages in any order of their numbers", async (t) => {
  const options = writePages(t, {
    "discogs_page_1.json": apiPage(2, 2, 3, [3]),
    "discogs_page_2.json": apiPage(1, 2, 3, [1, 2]),
  });
  assert.deepEqual((await parseCollection(options)).counts, {});
});

test("the script writes to the lake's _tmp_test/ by default, and does what its options say", async (t) => {
  const pagination = { page: 1, pages: 2, items: 9 };
  const releases = [1, 2, 3].map((id) => ({ instance_id: id, basic_information: { id } }));
  const { srcDir } = writePages(t, { "page_1.json": JSON.stringify({ pagination, releases }) });
  const lake = temporaryDirectory(t);
  const given = ["--src-dir", srcDir, "--lake", lake, "--pattern", "page_?.json", "--chunk", "2"];
  const refused = await runMain(main, given);
  assert.deepEqual([refused.code, existsSync(join(lake, "_tmp_test"))], [2, false]);
  const allowed = [...given, "--allow-incomplete"];
  const { code, stdout, stderr } = await runMain(main, allowed);
  assert.equal(code, 0, stderr);
  const out = join(lake, "_tmp_test", "collection");
  assert.equal(
    stdout,
    `collection: 3 rows from 1 page, 2 parts, missing_pages 1, missing_items 6 -> ${out}\n`,
  );
  assert.equal((await runMain(main, allowed)).code, 2, "it exists");
  assert.equal((await runMain(main, [...allowed, "--clean"])).code, 0);
  const nowhere = await runMain(main, ["--src-dir", srcDir]);
  assert.match(nowhere.stderr, /error: --out is missing \(or set DISCOGS_DATA_LAKE\)\n$/);
});
