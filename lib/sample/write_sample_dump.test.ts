import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { crc32, createInflateRaw, gunzipSync } from "node:zlib";
import { type KnownElement, knownElements } from "../datasets/known_elements.ts";
import { readChecksums } from "../dump/checksums.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { writeDumpFile } from "./dump_file.ts";
import { sampleRecord } from "./records.ts";
import { createTally } from "./tally.ts";
import { pathsOf } from "./testing/read_dump.ts";
import { idsOf, readSample, recountOddities, recountRows } from "./testing/recount.ts";
import { recountDetails } from "./testing/recount_details.ts";
import { checkReferences } from "./testing/references.ts";
import { type Vintage, vintages } from "./vintages.ts";
import { createWorld, MINIMUM } from "./world.ts";
import { type SampleOptions, writeSampleDump } from "./write_sample_dump.ts";

const sample = (t: TestContext, options: Partial<SampleOptions> = {}) =>
  writeSampleDump({ out: temporaryDirectory(t), month: "2026-07", seed: 1, ...MINIMUM, ...options });

const contents = (directory: string) =>
  Object.fromEntries(
    readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), "hex")]),
  );

const xmlOf = (directory: string, name: string) => gunzipSync(readFileSync(join(directory, name))).toString();

/** Elements per release of the 2026 dumps; videos include those of masters. */
const PER_RELEASE = {
  release_tracks_v1: 9.3,
  release_credits_v1: 11.4,
  release_companies_v1: 1.7,
  release_identifiers_v1: 1.7,
  videos: 3,
};

test("a plain XML parser counts the same oddities and rows", async (t) => {
  const sizes = [MINIMUM, { artists: 1500, labels: 320, masters: 400, releases: 2700 }];
  for (const [n, counts] of sizes.entries()) {
    const summary = await sample(t, { ...counts, seed: 11 + n });
    const dumps = readSample(summary);
    const { records_with_numeric_references, ...oddities } = summary.oddities;
    assert.deepEqual(recountOddities(dumps), oddities);
    const written = summary.files.map(({ name }) => xmlOf(summary.directory, name)).join("");
    const withReferences = written.split(/\n(?=<[a-z])/).filter((text) => /&#\d{3,};/.test(text));
    assert.equal(withReferences.length, records_with_numeric_references);
    const rows = Object.entries(summary.datasets).map(([name, expected]) => [name, expected.rows]);
    assert.deepEqual(recountRows(dumps), Object.fromEntries(rows));
    assert.deepEqual(await recountDetails(summary), summary.details);
    assert.deepEqual(summary.records, counts);
  }
});

test("every oddity occurs in the smallest sample, whatever the seed", async (t) => {
  for (const seed of [0, 1, 2, 12345, 4294967295]) {
    const { oddities } = await sample(t, { seed });
    const missing = Object.entries(oddities).filter(([, count]) => count === 0);
    assert.deepEqual(missing, [], `seed ${seed}`);
  }
});

test("shares match the real dumps", async (t) => {
  const { oddities, details, records, files } = await sample(t, {
    releases: 9000,
    masters: 1200,
    artists: 4700,
  });
  const share = oddities.release_master_id_zero / records.releases;
  assert.ok(Math.abs(share - 0.416) < 0.02, `${share} of the releases have no master`);
  const anonymous = oddities.release_credit_without_id / oddities.release_credit;
  assert.ok(Math.abs(anonymous - 0.017) < 0.004, `${anonymous} of the credits have no id`);
  const { bytes = 0, xml_bytes = 0 } = files.at(-1) ?? {};
  const size = xml_bytes / records.releases;
  assert.ok(size > 3000 && size < 3500, `${size} bytes a release`);
  assert.ok(Math.abs(bytes / xml_bytes - 0.18) < 0.01, `compressed to ${bytes / xml_bytes}`);
  const { release_videos_v1: ofReleases = 0, master_videos_v1: ofMasters = 0 } = details;
  const found: Record<string, number> = { ...details, videos: ofReleases + ofMasters };
  for (const [name, expected] of Object.entries(PER_RELEASE)) {
    const mean = (found[name] ?? 0) / records.releases;
    assert.ok(Math.abs(mean / expected - 1) < 0.05, `${mean} rows of ${name} for a release, not ${expected}`);
  }
});

test("files have the shape of the 2026 dumps", async (t) => {
  const { directory, files } = await sample(t);
  const entities = ["artists", "labels", "masters", "releases"];
  for (const [n, entity] of entities.entries()) {
    const xml = xmlOf(directory, files[n]?.name ?? "");
    const record = entity.slice(0, -1);
    assert.ok(xml.startsWith(`<${entity}>\n<${record}`), "root on line 1, the first record on line 2");
    assert.ok(xml.endsWith(`</${record}>\n</${entity}>\n`));
    assert.doesNotMatch(xml, /[\r\t\ufffd]|<images|status=|<anv\/>|<role\/>|<tracks\/>|&apos;|<!|<\?/);
    assert.doesNotMatch(xml, new RegExp(`[^\n]<${record}[ >](?=<id>|id="\\d+"><(artists|main_release))`));
  }
  assert.match(xmlOf(directory, files[3]?.name ?? ""), /<master_id is_main_release="false">0<\/master_id>/);
});

test("the checksum file looks like a real one, and the month is found complete", async (t) => {
  const out = temporaryDirectory(t);
  const { directory, files } = await sample(t, { out });
  const found = await findDumpFiles(out, "2026-07");
  assert.equal(found.date, "2026-07-01");
  const text = readFileSync(join(directory, "discogs_20260701_CHECKSUM.txt"), "utf8");
  assert.match(text, /^([0-9a-f]{64} discogs_20260701_[a-z]+\.xml\.gz\n){4}$/);
  const sums = await readChecksums(found.checksums ?? "");
  for (const { name, path, size } of found.files) {
    const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
    assert.equal(sums?.get(name), sha256);
    const written = files.find((file) => file.name === name);
    assert.deepEqual([written?.sha256, written?.bytes], [sha256, size]);
  }
});

test("the same options yield the same bytes, another seed different ones", async (t) => {
  const [one, again, other] = [await sample(t), await sample(t), await sample(t, { seed: 2 })];
  assert.deepEqual(contents(one.directory), contents(again.directory));
  for (const [n, file] of one.files.entries()) assert.notEqual(file.sha256, other.files[n]?.sha256);
});

test("any number of threads yields the same bytes, one gzip member that ends with its checksum", async (t) => {
  const counts = { artists: 40_001, labels: 60, masters: 110, releases: 3300 };
  const alone = await sample(t, { ...counts, threads: 1 });
  for (const threads of [2, 5]) {
    const shared = await sample(t, { ...counts, threads });
    assert.deepEqual({ ...shared, directory: alone.directory }, alone);
    assert.deepEqual(contents(shared.directory), contents(alone.directory), `${threads} threads`);
  }
  for (const { name, bytes, xml_bytes } of alone.files) {
    const gz = readFileSync(join(alone.directory, name));
    const inflate = createInflateRaw();
    const xml = buffer(inflate);
    inflate.end(gz.subarray(10));
    const whole = await xml;
    assert.deepEqual([inflate.bytesWritten, whole.length, gz.length], [bytes - 18, xml_bytes, bytes]);
    assert.equal(gz.readUInt32LE(bytes - 8), crc32(whole));
  }
});

test("a record generated alone equals the one in the file", async (t) => {
  const { directory, files } = await sample(t);
  const world = createWorld(MINIMUM, 1);
  const xml = xmlOf(directory, files[3]?.name ?? "");
  for (const index of [1, 41, 300]) {
    assert.ok(
      xml.includes(`\n${sampleRecord(world, "releases", index, createTally())}\n`),
      `release ${index}`,
    );
  }
});

test("a grown month has all records of the previous month, and more", async (t) => {
  const counts = { artists: 503, labels: 101, masters: 151, releases: 1003 };
  const base = await sample(t, counts);
  const grown = await sample(t, { ...counts, month: "2026-08", growthPercent: 7 });
  assert.equal(grown.records.releases, Math.ceil(1003 * 1.07));
  for (const [n, { name }] of base.files.entries()) {
    const before = xmlOf(base.directory, name);
    const after = xmlOf(grown.directory, grown.files[n]?.name ?? "");
    const records = before.slice(0, before.lastIndexOf("</"));
    assert.ok(after.startsWith(records) && after.length > before.length, name);
  }
  assert.deepEqual(recountRows(readSample(grown)).releases_v6, grown.records.releases);
});

test("a changed month differs from the base month in the declared records, and is consistent", async (t) => {
  const counts = { artists: 2500, labels: 700, masters: 500, releases: 2000, seed: 3 };
  const base = await sample(t, counts);
  const changed = await sample(t, { ...counts, month: "2026-08", growthPercent: 1, changedPercent: 8 });
  for (const [n, kind] of (["artists", "labels", "masters", "releases"] as const).entries()) {
    const [before, after] = [base, changed].map(({ directory, files }) =>
      recordsById(xmlOf(directory, files[n]?.name ?? "")),
    ) as [Map<string, string>, Map<string, string>];
    const { added, removed, merged, changed: different } = changed.changes?.[kind] ?? {};
    const found = {
      added: [...after.keys()].filter((id) => !before.has(id)).length,
      gone: [...before.keys()].filter((id) => !after.has(id)).length,
      changed: [...after].filter(([id, text]) => before.has(id) && before.get(id) !== text).length,
    };
    assert.deepEqual(found, { added, gone: (removed ?? 0) + (merged ?? 0), changed: different }, kind);
    assert.ok(found.added > 0 && found.changed > 0 && found.gone > 0, kind);
    assert.equal(changed.records[kind], after.size);
  }
  const dumps = readSample(changed);
  const { records_with_numeric_references: _, ...oddities } = changed.oddities;
  assert.deepEqual(recountOddities(dumps), oddities);
  assert.deepEqual(await recountDetails(changed), changed.details);
  const rows = Object.entries(changed.datasets).map(([name, expected]) => [name, expected.rows]);
  assert.deepEqual(recountRows(dumps), Object.fromEntries(rows));
  assert.equal(base.changes, undefined);
});

/** The text of each record by its id. */
function recordsById(xml: string): Map<string, string> {
  const whole = xml.slice(0, xml.lastIndexOf("\n</"));
  const records = whole.split(/\n(?=<(?:artist|label|master|release)[ >])/).slice(1);
  return new Map(records.map((text) => [/<id>(\d+)<|id="(\d+)"/.exec(text)?.slice(1).join("") ?? "", text]));
}

test("references have the names of their targets and are reciprocated", async (t) => {
  const summary = await sample(t, { artists: 900, labels: 200, masters: 260, releases: 1700, seed: 5 });
  const dumps = readSample(summary);
  assert.deepEqual(checkReferences(dumps), []);
  assert.equal(idsOf(dumps.artists).size, 900);
  assert.equal(idsOf(dumps.labels).size, 200);
  assert.equal(idsOf(dumps.releases).size, 1700);
});

test("keeps an existing month, replaces it with clean, and never touches one that is not a sample", async (t) => {
  const out = temporaryDirectory(t);
  const first = await sample(t, { out });
  const written = statSync(join(first.directory, "sample.json"));
  assert.deepEqual(await sample(t, { out }), first);
  assert.equal(statSync(join(first.directory, "sample.json")).ino, written.ino);
  await assert.rejects(
    sample(t, { out, seed: 2 }),
    /holds a sample with other options; use --clean to replace it/,
  );
  // What a killed process left; none has such a pid.
  mkdirSync(join(out, `_tmp.2026-07.${2 ** 31 - 1}`));
  const second = await sample(t, { out, seed: 2, clean: true });
  assert.notEqual(second.files[0]?.sha256, first.files[0]?.sha256);
  const real = join(out, "2025-01");
  mkdirSync(real);
  writeFileSync(join(real, "discogs_20250101_artists.xml.gz"), "real");
  await assert.rejects(sample(t, { out, month: "2025-01", clean: true }), /files other than a sample/);
  assert.deepEqual(readdirSync(out).sort(), ["2025-01", "2026-07"]);
  assert.deepEqual(readdirSync(real), ["discogs_20250101_artists.xml.gz"]);
});

test("an error of the disk names the dump", async (t) => {
  const path = join(temporaryDirectory(t), "labels.xml.gz");
  const full = (function* (): Generator<string> {
    yield "";
    throw new Error("ENOSPC: no space left on device, write");
  })();
  await assert.rejects(writeDumpFile(path, "labels", "labels", full), ({ message }) =>
    message.startsWith(`${path}: ENOSPC`),
  );
});

test("refuses counts too small for every oddity", async (t) => {
  await assert.rejects(sample(t, { artists: 199 }), /--artists is 199.*needs 200/);
  await assert.rejects(sample(t, { masters: 151 }), /151 masters need at least 302/);
  await assert.rejects(sample(t, { month: "2026-13" }), /must be YYYY-MM/);
});

test("clean replaces a sample of another version", async (t) => {
  const out = temporaryDirectory(t);
  const { directory } = await sample(t, { out });
  const path = join(directory, "sample.json");
  const { options } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ options: { ...options, generation: 1 }, summary: {} }));
  await assert.rejects(sample(t, { out }), /holds a sample with other options; use --clean to replace it/);
  assert.ok(((await sample(t, { out, clean: true })).details.release_tracks_v1 ?? 0) > 0);
});

test("clean refuses a sample with another file beside it", async (t) => {
  const out = temporaryDirectory(t);
  const { directory } = await sample(t, { out });
  writeFileSync(join(directory, "notes.txt"), "important");
  const names = readdirSync(directory);
  const written = statSync(join(directory, "sample.json"));
  await assert.rejects(
    sample(t, { out, seed: 2, clean: true }),
    /contains notes\.txt, .* not replaced: move/,
  );
  assert.deepEqual(readdirSync(directory), names);
  assert.equal(statSync(join(directory, "sample.json")).ino, written.ino);
  assert.deepEqual(readdirSync(out), ["2026-07"]);
});

const inShapeOf = async (t: TestContext, vintage: Vintage) => {
  const summary = await sample(t, { vintage, month: vintage, releases: 1200 });
  return { summary, dumps: readSample(summary) };
};

for (const vintage of vintages) {
  test(`rows of a sample in the shape of ${vintage}`, async (t) => {
    const { summary, dumps } = await inShapeOf(t, vintage);
    const rows = Object.entries(summary.datasets).map(([name, expected]) => [name, expected.rows]);
    assert.deepEqual(recountRows(dumps), Object.fromEntries(rows));
    assert.deepEqual(await recountDetails(summary), summary.details);
    const empty = Object.entries(summary.details).filter(([, count]) => count === 0);
    const images = Object.keys(summary.details).filter((name) => name.includes("_images_"));
    assert.deepEqual(
      empty.map(([name]) => name),
      vintage > "2025" ? images : [],
    );
  });
}

test("the shapes together cover every known element and attribute of the dumps", async (t) => {
  const found = new Set<string>();
  for (const vintage of vintages) {
    const { dumps } = await inShapeOf(t, vintage);
    for (const records of Object.values(dumps)) for (const path of pathsOf(records)) found.add(path);
  }
  const known = Object.entries(knownElements).flatMap(([entity, element]) => knownPaths(entity, element));
  // label/@id is the alternative to label/id.
  assert.deepEqual(known.filter((path) => !found.has(path)).sort(), ["label@id"]);
  assert.deepEqual(
    [...found].filter((path) => !known.includes(path)),
    [],
  );
});

function knownPaths(path: string, { attributes, children }: KnownElement): string[] {
  return [
    path,
    ...attributes.map((name) => `${path}@${name}`),
    ...Object.entries(children).flatMap(([name, child]) => knownPaths(`${path}/${name}`, child)),
  ];
}

test("in the 2017 shape, ids of members precede their names, and aliases and groups have none", async (t) => {
  const { summary } = await inShapeOf(t, "2017-06");
  const artists = xmlOf(summary.directory, summary.files[0]?.name ?? "");
  assert.match(artists, /<members><id>\d+<\/id><name>[^<]+<\/name><id>/);
  assert.match(artists, /<groups><name>/);
  assert.doesNotMatch(artists, /<name id=/);
  const { counts } = summary.datasets.artist_memberships_v1_typed ?? {};
  assert.ok((counts?.null_group_id ?? 0) > 10, "groups have no ids");
});

test("the shape of August 2020", async (t) => {
  const old = await sample(t, { vintage: "2020-08", month: "2020-08" });
  const [artists, , , releases] = old.files.map(({ name }) => xmlOf(old.directory, name));
  assert.match(artists ?? "", /<members><id>(\d+)<\/id><name id="\1">/);
  assert.match(
    releases ?? "",
    /<release id="1" status="Accepted"><images>|<release id="1" status="Accepted"><artists>/,
  );
  assert.match(
    releases ?? "",
    /<artist><id>0<\/id><name>[^<]+<\/name><anv\/><join\/><role>[^<]+<\/role><tracks\/>/,
  );
  assert.doesNotMatch(releases ?? "", /<master_id [^>]+>0</);
  assert.doesNotMatch(releases ?? "", /\P{ASCII}/u);
});
