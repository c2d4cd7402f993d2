import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entity } from "../datasets/declaration.ts";
import { datasetsOf } from "../datasets/index.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { compileLayout } from "./layout.ts";
import { findDumpFiles } from "./raw_month.ts";
import { splitRecords } from "./record_splitter.ts";
import { NOT_SCANNED, Scanner } from "./scanner.ts";
import { openDump } from "./source.ts";
import { Tape } from "./tape.ts";

const ROOM = 1 << 16;

function scanOne(text: string, room = ROOM): number {
  const layout = compileLayout("label", datasetsOf("label"));
  const tape = new Tape(layout.slots);
  const scanner = new Scanner(layout, tape);
  const bytes = Buffer.from(text);
  tape.workOn(bytes, room);
  scanner.begin(bytes.length);
  return scanner.scan(0);
}

for (const vintage of ["2026-01", "2020-08"] as const) {
  test(`every record of a sample month in the shape of ${vintage} is read without help`, async (t) => {
    const out = temporaryDirectory(t);
    const size = { artists: 300, labels: 100, masters: 150, releases: 600, seed: 3, vintage };
    await writeSampleDump({ out, month: "2026-09", ...size });
    for (const { entity: plural, path } of (await findDumpFiles(out, "2026-09")).files) {
      const entity = plural.slice(0, -1) as Entity;
      const layout = compileLayout(entity, datasetsOf(entity));
      const tape = new Tape(layout.slots);
      const scanner = new Scanner(layout, tape);
      for await (const block of splitRecords((await openDump(path)).chunks, entity)) {
        const bytes = tape.workOn(block.bytes, ROOM);
        scanner.begin(block.bytes.length);
        block.starts.forEach((start, index) => {
          tape.clear();
          const end = scanner.scan(start);
          assert.equal(end, block.ends[index], bytes.toString("utf8", start, start + 200));
        });
      }
    }
  });
}

test("what it is not made for is left to the authority", () => {
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
  assert.equal(scanOne("<label><id>1</id>"), NOT_SCANNED);
  assert.equal(scanOne(`${"<label>".repeat(65)}${"</label>".repeat(65)}`), NOT_SCANNED);
});

test("of a large element that nobody wants only the end is looked for", () => {
  for (const inside of ["&nbsp;", "a & b", "</x>", '<x a="1" a="2"/>', "<note/>"]) {
    const text = `<label><notes lang="en">${inside}</notes><id>1</id></label>`;
    assert.equal(scanOne(text), text.length, inside);
  }
  assert.equal(scanOne("<label><notes/><images></images></label>"), 40);
});

test("what may hide an end tag, or be one in another form, is left to the authority", () => {
  for (const inside of [
    "<!-- </notes> -->",
    "<![CDATA[</notes>]]>",
    "<?pi </notes>?>",
    "<notes></notes>",
    "<notesx></notesx>",
  ])
    assert.equal(scanOne(`<label><notes>${inside}</notes></label>`), NOT_SCANNED, inside);
  assert.equal(scanOne("<label><notes></notes ></label>"), NOT_SCANNED);
  assert.equal(scanOne("<label><notes a='1'></notes></label>"), NOT_SCANNED);
  assert.equal(scanOne("<label><notes></label>"), NOT_SCANNED);
});

test("a record whose decoded values find no room is left to the authority", () => {
  const text = `<label><name>${"&amp;".repeat(100_000)}</name></label>`;
  assert.equal(scanOne(text, 100_005), text.length);
  assert.equal(scanOne(text, 1000), NOT_SCANNED);
});

test("it stops at the record's end", () => {
  const record = '<label id="1"><name>x</name></label>';
  assert.equal(scanOne(`${record}\n<label/>`), record.length);
});
