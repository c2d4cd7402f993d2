import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SplitError, splitRecords } from "./record_splitter.ts";

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

interface Found {
  text: string;
  record: number;
  offset: number;
}

async function split(xml: string, sizes: readonly number[] = [1 << 20]): Promise<Found[]> {
  const found: Found[] = [];
  for await (const block of splitRecords(inChunks(Buffer.from(xml), sizes), "label")) {
    assert.equal(block.unfinished, undefined);
    block.starts.forEach((start, index) => {
      const text = Buffer.from(block.bytes.subarray(start, block.ends[index])).toString("utf8");
      found.push({ text, record: block.place.record + index, offset: block.place.offset + start });
    });
  }
  return found;
}

const RECORDS = [
  "<label><id>1</id><sublabels><label id='2'>x</label><label/></sublabels></label>",
  '<label a=">" b=\'</label>"\'><name>a\n<!-- </label> --></name></label>',
  "<label><![CDATA[</label><label>]]><?pi </label> ?></label>",
  "<label/>",
  "<label id='5' />",
  "<label><name>日本 𝄞 &amp; &#13;</name></label\n>",
];

test("cuts out whole records with their place, whatever hides end tags in them", async () => {
  const xml = `<?xml version="1.0" encoding="utf-8"?>\n<!-- dump -->\n<labels>\n${RECORDS.join("\n")}\n</labels>\n<!-- end -->`;
  const found = await split(xml);
  assert.deepEqual(
    found.map((record) => record.text),
    RECORDS,
  );
  found.forEach(({ text, offset, record }, index) => {
    assert.equal(Buffer.from(xml).toString("utf8", offset, offset + Buffer.byteLength(text)), text);
    assert.equal(record, index + 1);
  });
});

test("reads a dump without a root and reports it, but refuses an end tag of the root", async () => {
  const records = ["<label><id>1</id></label>", "<label/>"];
  for (const head of ["", "\ufeff", '<?xml version="1.0"?>\n<!-- dump -->']) {
    const xml = `${head}${records.join("\n")}\n`;
    assert.deepEqual(
      (await split(xml, [7])).map(({ text }) => text),
      records,
    );
    for await (const block of splitRecords(inChunks(Buffer.from(xml), [1 << 20]), "label"))
      assert.equal(block.isRootImplied, true);
  }
  await assert.rejects(split("<label/>\n</labels>"), /unexpected <\/labels>/);
  await assert.rejects(split("<label/>\n<labels><label/></labels>"), /<labels> where a <label> should begin/);
  await assert.rejects(split("<labels/><label/>"), /<label> after the end of the dump/);
});

const PIECE = Buffer.alloc(1 << 20, " ");

async function* piecesOf(...pieces: (string | number)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (typeof piece === "string") yield Buffer.from(piece);
    else for (let count = 0; count < piece; count++) yield PIECE;
  }
}

test("does not keep endless white space between records", async () => {
  const chunks = piecesOf("<labels>", 40, "<label/>", 40, "<label/><label/>", 40, "</labels>", 40);
  const texts: string[] = [];
  for await (const { bytes, starts, ends } of splitRecords(chunks, "label")) {
    assert.ok(bytes.buffer.byteLength <= 1 << 23, String(bytes.buffer.byteLength));
    starts.forEach((start, index) => {
      texts.push(Buffer.from(bytes.subarray(start, ends[index])).toString());
    });
  }
  assert.deepEqual(texts, ["<label/>", "<label/>", "<label/>"]);
});

const ENDLESS: Record<string, { pieces: (string | number)[]; place: [number, number]; message: RegExp }> = {
  "a comment between records": {
    pieces: ["<labels><label/><!-- ", 3],
    place: [1, 16],
    message: /markup that does not end within 1 MiB/,
  },
  "a processing instruction at the head": {
    pieces: ["<?pi ", 3],
    place: [0, 0],
    message: /markup that does not end within 1 MiB/,
  },
  "the root's tag": {
    pieces: ["<labels a='", 3],
    place: [0, 0],
    message: /markup that does not end within 1 MiB/,
  },
  "a record's tag": {
    pieces: ["<labels>\n<label a='", 70],
    place: [0, 9],
    message: /the record is larger than 64 MiB/,
  },
};

for (const [what, { pieces, place, message }] of Object.entries(ENDLESS)) {
  test(`refuses unterminated input with its place: ${what}`, async () => {
    const read = async () => {
      for await (const { starts } of splitRecords(piecesOf(...pieces), "label"))
        assert.ok(starts.length <= 1);
    };
    await assert.rejects(read(), (error) => {
      assert.ok(error instanceof SplitError);
      assert.deepEqual([error.place.record, error.place.offset], place);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("keeps a comment, a CDATA section and an attribute of many chunks whole", async () => {
  const records = [
    `<label a="${">".repeat(400_000)}"/>`,
    `<label><!-- ${"-> ".repeat(200_000)}--></label>`,
    `<label><![CDATA[${"]> ".repeat(200_000)}]]></label>`,
  ];
  const found = await split(`<labels>${records.join("\n")}</labels>`, [4099]);
  assert.deepEqual(
    found.map(({ text }) => text.length),
    records.map(({ length }) => length),
  );
});

test("cuts independently of how the bytes arrive", async () => {
  const record = fc.constantFrom(...RECORDS, `<label><profile>${"x".repeat(300_000)}</profile></label>`);
  const between = fc.constantFrom("", "\n", " \r\n\t", "<!-- <label> -->");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(between, record), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 3, max: 400_000 }), { minLength: 1, maxLength: 5 }),
      async (parts, sizes) => {
        const xml = `<labels>${parts.flat().join("")}</labels>`;
        assert.deepEqual(await split(xml, sizes), await split(xml));
      },
    ),
    { numRuns: 60 },
  );
});

test("accepts a byte order mark", async () => {
  assert.equal((await split("\ufeff<labels><label/></labels>")).length, 1);
});

const REFUSED: [string, string, RegExp, number][] = [
  ["not XML", "hello", /not XML/, 0],
  ["nothing but blanks", "   ", /not a dump of labels/, 3],
  ["another entity", "<artists><artist/></artists>", /begins with <artists>/, 0],
  ["another record", "<labels><label/><artist/></labels>", /<artist> where a <label>/, 16],
  ["text between records", "<labels><label/>x<label/></labels>", /text between records/, 16],
  ["CDATA between records", "<labels><![CDATA[x]]></labels>", /not supported/, 8],
  ["a document type", "<!DOCTYPE labels [<!ENTITY a 'b'>]><labels/>", /not supported/, 0],
  ["another encoding", "<?xml version='1.0' encoding='latin1'?><labels/>", /latin1/, 0],
  ["no end of the root", "<labels><label/>\n", /ends before <\/labels>/, 17],
  ["another end of the root", "<labels><label/></artists>", /unexpected <\/artists>/, 16],
  ["an end tag without its start", "</labels>", /unexpected <\/labels>/, 0],
  ["something after the root", "<labels><label/></labels><labels/>", /after the end/, 25],
  ["a cut tag after the root", "<labels><label/></labels><!--", /inside a tag/, 25],
  ["no records", "<labels></labels>", /no <label>/, 17],
  ["an empty root", "<labels/>", /no <label>/, 9],
];

for (const [what, xml, message, offset] of REFUSED) {
  test(`refuses with its place: ${what}`, async () => {
    await assert.rejects(split(xml), (error) => {
      assert.ok(error instanceof SplitError);
      assert.match(error.message, message);
      assert.equal(error.place.offset, offset);
      return true;
    });
  });
}

test("passes on a record truncated by the end of the file, marked as such", async () => {
  const cut = Buffer.from("<labels><label><id>1</id></label><label><id>2");
  const blocks = [];
  for await (const block of splitRecords(inChunks(cut, [7]), "label")) blocks.push(block);
  assert.equal(blocks.at(-1)?.unfinished, "the file ends inside this record");
  const last = blocks.at(-1);
  assert.equal((last?.place.offset ?? 0) + (last?.ends.at(-1) ?? 0), cut.length);
});

test("refuses a record without an end before it fills the memory", async () => {
  async function* endless() {
    yield Buffer.from("<labels><label>");
    for (;;) yield Buffer.alloc(1 << 20, "x");
  }
  for await (const block of splitRecords(endless(), "label")) {
    assert.match(block.unfinished ?? "", /larger than 64 MiB/);
    return;
  }
});

test("a source that fails right after a full block yields no overlapping block", async () => {
  const records = Buffer.from(`<labels>${"<label/>".repeat(1 << 18)}`);
  async function* failing() {
    yield records;
    throw new Error("cut off");
  }
  const blocks: { offset: number; end: number }[] = [];
  await assert.rejects(async () => {
    for await (const { place, bytes } of splitRecords(failing(), "label"))
      blocks.push({ offset: place.offset, end: place.offset + bytes.length });
  }, /cut off/);
  assert.deepEqual(
    blocks.map(({ offset }) => offset),
    [0, records.length],
  );
  assert.equal(blocks.at(-1)?.end, records.length);
});
