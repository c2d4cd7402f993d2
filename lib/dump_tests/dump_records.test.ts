import assert from "node:assert/strict";
import { existsSync, readdirSync, readlinkSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { silentLogger } from "../cli/log.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { dumpRecords, entityOf, type ReadingOptions, type XmlElement } from "./dump_records.ts";

/** A file that can be opened, but not read at its beginning: the memory of this process, on Linux. */
const UNREADABLE = "/proc/self/mem";

function dumpFile(t: TestContext, text: string, name = "dump.xml.gz"): string {
  const path = join(temporaryDirectory(t), name);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
}

async function records(path: string, options?: ReadingOptions): Promise<XmlElement[]> {
  const found = [];
  for await (const some of dumpRecords(path, "label", options)) found.push(...some);
  return found;
}

test("records are complete trees of any depth, with their own texts", async (t) => {
  const xml =
    "<labels>\n<label a='1'>x<b><c><d><e><f>y</f></e></d></c></b><![CDATA[<z]]></label>\n<label/></labels>";
  const f = { name: "f", attributes: {}, children: [], text: "y" };
  const e = { name: "e", attributes: {}, children: [f], text: "" };
  const d = { name: "d", attributes: {}, children: [e], text: "" };
  const c = { name: "c", attributes: {}, children: [d], text: "" };
  const b = { name: "b", attributes: {}, children: [c], text: "" };
  const wanted = [
    { name: "label", attributes: { a: "1" }, children: [b], text: "x<z" },
    { name: "label", attributes: {}, children: [], text: "" },
  ];
  const unnamed = dumpFile(t, xml);
  renameSync(unnamed, unnamed.replace(".gz", ""));
  for (const path of [dumpFile(t, xml, "dump.xml"), dumpFile(t, xml), unnamed.replace(".gz", "")]) {
    const found = await records(path);
    assert.deepEqual(JSON.parse(JSON.stringify(found)), wanted);
  }
});

test("recognises a dump by its first element, the root or a record", async (t) => {
  const before = '\ufeff<?xml version="1.0"?>\n<!-- <artists> -->\n';
  assert.equal(await entityOf(dumpFile(t, `${before}<labels/>`)), "label");
  assert.equal(await entityOf(dumpFile(t, "<release id='1'/>")), "release");
  await assert.rejects(
    entityOf(dumpFile(t, "<labelset/>")),
    /does not begin like a dump of artists, labels, masters, releases/,
  );
  await assert.rejects(entityOf(dumpFile(t, "")), /does not begin like a dump/);
});

test("a dump whose first bytes can't be read is closed", { skip: !existsSync(UNREADABLE) }, async () => {
  await assert.rejects(entityOf(UNREADABLE), /EIO/);
  const open = readdirSync("/proc/self/fd").filter((fd) => existsSync(`/proc/self/fd/${fd}`));
  assert.deepEqual(
    open.filter((fd) => readlinkSync(`/proc/self/fd/${fd}`).endsWith("/mem")),
    [],
  );
});

test("reads the records of a dump without a root", async (t) => {
  const found = await records(
    dumpFile(t, "<label><id>1</id><sublabels><label/></sublabels></label>\n<label/>\n"),
  );
  assert.deepEqual(
    found.map(({ children }) => children.length),
    [2, 0],
  );
});

test("control characters are an error, or removed", async (t) => {
  const path = dumpFile(t, "<labels><label>a\u0001b\u001f</label></labels>");
  await assert.rejects(records(path), /disallowed character/);
  assert.equal((await records(path, { removeControlCharacters: true }))[0]?.text, "ab");
});

test("shows progress by the bytes of the file, with the records read", async (t) => {
  const path = join(temporaryDirectory(t), "artists.xml.gz");
  writeFileSync(path, gzipSync("<artists><artist><id>1</id></artist><artist><id>2</id></artist></artists>"));
  const shown: string[] = [];
  const log = { ...silentLogger, progress: (message: string) => void shown.push(message) };
  for await (const _ of dumpRecords(path, "artist", { log }));
  assert.match(shown.at(-1) ?? "", /^artists\.xml\.gz, read again: 100 % of \d+ bytes, .*2 records/);
});

test("a record of another kind and a truncated file are errors", async (t) => {
  await assert.rejects(records(dumpFile(t, "<labels><artist/></labels>")), /<artist> between the records/);
  await assert.rejects(records(dumpFile(t, "<labels><label>")), /unclosed tag/);
});
