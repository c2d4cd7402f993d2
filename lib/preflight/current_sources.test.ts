import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { dumpFiles, startDumpServer } from "../download/testing/dump_server.ts";
import { dumpEntities } from "../dump/raw_month.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { areCurrent, publishedDumps, type SourcePlaces } from "./current_sources.ts";

const MONTH = "2026-08";
const DATE = "20260801";

const source = (name: string, content: string) => ({
  name,
  size: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
});

function scene(t: TestContext) {
  const rawRoot = temporaryDirectory(t);
  const month = join(rawRoot, MONTH);
  mkdirSync(month);
  const put = (name: string, content: string) => writeFileSync(join(month, name), content);
  const dumps = dumpEntities.map((entity) => source(`discogs_${DATE}_${entity}.xml.gz`, `<${entity}>`));
  for (const entity of dumpEntities) put(`discogs_${DATE}_${entity}.xml.gz`, `<${entity}>`);
  const places: SourcePlaces = {
    rawRoot,
    month: MONTH,
    published: undefined,
    collection: undefined,
    log: silentLogger,
  };
  return { rawRoot, month, put, dumps, places };
}

test("compares dump files in the raw root by size, then by checksum file or content", async (t) => {
  const { month, put, dumps, places } = scene(t);
  const labels = `discogs_${DATE}_labels.xml.gz`;
  assert.equal(await areCurrent(dumps, places), true);
  put(labels, "<labelz>");
  assert.equal(await areCurrent(dumps, places), false, "read, as there is no checksum");
  put(labels, "<labels>");
  const sums = `discogs_${DATE}_CHECKSUM.txt`;
  put(sums, dumps.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(""));
  assert.equal(await areCurrent(dumps, places), true);
  put(sums, dumps.map(({ name }) => `${"0".repeat(64)}  ${name}\n`).join(""));
  assert.equal(await areCurrent(dumps, places), false, "another checksum");
  rmSync(join(month, sums));
  put(labels, "<labels>>");
  assert.equal(await areCurrent(dumps, places), false, "another size");
  put(labels, "<labels>");
  assert.equal(await areCurrent(dumps.slice(1), places), false, "an additional file");
  const more = source("discogs_20260801_more.xml.gz", "<more>");
  assert.equal(await areCurrent([...dumps, more], places), false, "a missing file");
});

test("compares files to download by the server's checksums, without downloading them", async (t) => {
  const { dumps, places } = scene(t);
  const files = dumpFiles(DATE);
  const server = await startDumpServer(t, files);
  const published = await publishedDumps(MONTH, { DISCOGS_BASE_URL: server.url }, silentLogger);
  assert.equal(published.size, 4);
  assert.equal(await areCurrent(dumps, { ...places, published }), false);
  const remote = [...published].map(([name, sha256]) => ({ name, size: 1, sha256 }));
  assert.equal(await areCurrent(remote, { ...places, published }), true);
  assert.equal(await areCurrent(remote.slice(1), { ...places, published }), false, "an additional file");
  await assert.rejects(publishedDumps("2026-09", { DISCOGS_BASE_URL: server.url }, silentLogger), {
    name: "NotPublishedError",
    message: /lists no dump of 2026-09; it may come later/,
  });
});

test("includes the collection's pages if there is a collection", async (t) => {
  const { rawRoot, dumps, places } = scene(t);
  const page = source("discogs_page_1.json", "[]");
  assert.equal(await areCurrent([...dumps, page], places), false);
  writeFileSync(join(rawRoot, page.name), "[]");
  const withPages = { ...places, collection: rawRoot };
  assert.equal(await areCurrent([...dumps, page], withPages), true);
  assert.equal(await areCurrent(dumps, withPages), false);
  writeFileSync(join(rawRoot, page.name), "{}");
  assert.equal(await areCurrent([...dumps, page], withPages), false);
});
