import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { test } from "node:test";
import { createGunzip } from "node:zlib";
import type { Entity } from "../datasets/declaration.ts";
import { datasetsOf } from "../datasets/index.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { splitRecords } from "../dump/record_splitter.ts";
import { vintages } from "../sample/vintages.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { compileLayout } from "./layout.ts";
import { NOT_SCANNED, RecordReader } from "./record_reader.ts";

function readerOf(entity: Entity, room?: number): RecordReader {
  const datasets = datasetsOf(entity);
  return new RecordReader(compileLayout(entity, datasets), datasets, room);
}

function scanOne(text: string, entity: Entity = "label", room?: number): number {
  const reader = readerOf(entity, room);
  reader.beginBlock(Buffer.from(text));
  return reader.scan(0);
}

for (const vintage of vintages) {
  test(`reads every record of a sample month in the shape of ${vintage} without saxes`, async (t) => {
    const out = temporaryDirectory(t);
    const size = { artists: 300, labels: 100, masters: 150, releases: 600, seed: 3, vintage };
    await writeSampleDump({ out, month: "2026-09", ...size });
    for (const { entity: plural, path } of (await findDumpFiles(out, "2026-09")).files) {
      const entity = plural.slice(0, -1) as Entity;
      const reader = readerOf(entity);
      for await (const block of splitRecords(createReadStream(path).pipe(createGunzip()), entity)) {
        reader.beginBlock(block.bytes);
        block.starts.forEach((start, index) => {
          assert.equal(reader.scan(start), block.ends[index], `record ${index} of ${path}`);
        });
      }
    }
  });
}

test("leaves what it does not support to saxes", () => {
  const contents = [
    ...["<!-- c -->", "<![CDATA[x]]>", "<?pi?>", "&nbsp;", "&#0;", "a]]>b", "\r", "\u0001", "\uffff"],
    ...["<name a='1'/>", '<name a="1" a="2"/>', "<name>x</nome>", '<name a="<"/>', "<é/>", "</x>"],
  ];
  for (const content of contents) {
    assert.equal(scanOne(`<label>${content}</label>`), NOT_SCANNED, content);
    assert.equal(scanOne(`<label><extra><x>${content}</x></extra></label>`), NOT_SCANNED, content);
  }
  assert.equal(scanOne("<label><name>a<b/></name></label>"), NOT_SCANNED);
  assert.equal(scanOne("<artist/>"), NOT_SCANNED);
  assert.equal(scanOne("</\0><label/>"), NOT_SCANNED);
  assert.equal(scanOne("</label><label/>"), NOT_SCANNED);
  assert.equal(scanOne("<label><id>1</id>"), NOT_SCANNED);
  assert.equal(scanOne(`${"<label>".repeat(65)}${"</label>".repeat(65)}`), NOT_SCANNED);
});

test("reads unused elements with the same care", () => {
  const known = [
    "<notes>a &amp; b</notes>",
    "<notes/>",
    '<images><image type="primary" width="1" height="1" uri="" uri150=""/></images>',
    '<videos><video src="a" duration="1" embed="true"><title>t</title><description/></video></videos>',
  ];
  for (const inside of known) {
    const text = `<master>${inside}<title>1</title></master>`;
    assert.equal(scanOne(text, "master"), text.length, inside);
  }
  const others = [
    "&nbsp;",
    "a & b",
    "</x>",
    '<x a="1" a="2"/>',
    "<note/>",
    "<!-- </notes> -->",
    "<notes></notes>",
  ];
  for (const inside of [...others, "<![CDATA[</notes>]]>", "<?pi </notes>?>", "<notesx></notesx>"])
    assert.equal(scanOne(`<master><notes>${inside}</notes></master>`, "master"), NOT_SCANNED, inside);
  for (const text of ["<notes></notes >", '<notes a="1"></notes>', "<notes>"])
    assert.equal(scanOne(`<master>${text}</master>`, "master"), NOT_SCANNED, text);
});

test("leaves unknown and misplaced elements to saxes", () => {
  const blanks = "<label><id>1</id> \n\t<urls> <url>u</url> </urls></label>";
  assert.equal(scanOne(blanks), blanks.length);
  for (const inside of [
    "<nation>x</nation>",
    '<name lang="en">x</name>',
    "<name>x<b/></name>",
    "<name>x</name><name>y</name>",
    "<urls/><urls/>",
    "<urls>x<url>u</url></urls>",
    "<urls>&#32;<url>u</url></urls>",
    "x",
  ])
    assert.equal(scanOne(`<label>${inside}</label>`), NOT_SCANNED, inside);
  assert.equal(scanOne('<label x="1"><id>1</id></label>'), NOT_SCANNED);
  assert.equal(scanOne("<master><notes/><notes/></master>", "master"), NOT_SCANNED);
  const artist = (role: string) => `<master><artists><artist>${role}</artist></artists></master>`;
  for (const empty of ["<role/>", "<role></role>"])
    assert.equal(scanOne(artist(empty), "master"), artist(empty).length);
  assert.equal(scanOne(artist("<role>x</role>"), "master"), NOT_SCANNED);
});

test("leaves a record whose decoded values do not fit to saxes", () => {
  const text = `<label><name>${"&amp;".repeat(100_000)}</name></label>`;
  assert.equal(scanOne(text, "label", 100_005), text.length);
  assert.equal(scanOne(text, "label", 1000), NOT_SCANNED);
});

test("decoded values need to fit only alone", () => {
  const record = `<label><name>${"&amp;".repeat(600)}</name></label>`;
  const reader = readerOf("label", 1000);
  reader.beginBlock(Buffer.from(record.repeat(5)));
  assert.deepEqual(reader.parse(0), { end: record.length * 5, records: 5 });
});

test("stops at the record's end", () => {
  const record = '<label id="1"><name>x</name></label>';
  assert.equal(scanOne(`${record}\n<label/>`), record.length);
});
