import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import type { Entity } from "../datasets/declaration.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { MIN_BYTES_FOR_THREADS } from "../extract/extract_dump.ts";
import { vintages } from "../sample/vintages.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { dumpText, extractAll, writeDump } from "../testing/dumps.ts";
import { temporaryDirectory } from "../testing/files.ts";

const UNKNOWN: Record<string, { entity: Entity; record: string; paths: Record<string, number> }> = {
  "elements and attributes": {
    entity: "release",
    record:
      '<release id="1" revision="7"><community size="2"><rating>5</rating><rating>4</rating></community><title lang="en">T</title><nation/></release>',
    paths: {
      "release/@revision": 1,
      "release/community": 1,
      "release/community/@size": 1,
      "release/community/rating": 2,
      "release/title/@lang": 1,
      "release/nation": 1,
    },
  },
  "what is known elsewhere": {
    entity: "artist",
    record:
      "<artist><title>T</title><groups><id>1</id></groups><name><name>N</name></name><url>u</url></artist>",
    paths: { "artist/title": 1, "artist/groups/id": 1, "artist/name/name": 1, "artist/url": 1 },
  },
  "a second element where only one is read, even of a list": {
    entity: "label",
    record:
      '<label><name>A</name><name id="1">B</name><name>C</name><urls/><urls><url>u</url><url>v</url></urls></label>',
    paths: { "label/name[2]": 2, "label/name/@id": 1, "label/urls[2]": 1 },
  },
  "text between elements": {
    entity: "master",
    record:
      '<master id="1">a<title>T</title>b<genres> &#160;x<genre>G</genre></genres><styles> \n </styles></master>',
    paths: { "master/text()": 1, "master/genres/text()": 1 },
  },
  "an element that is known only when empty": {
    entity: "release",
    record:
      '<release id="1"><artists><artist><role/><tracks> </tracks><join>&amp;</join></artist><artist><role>Mix</role><tracks a="1"/></artist></artists><extraartists><artist><join>,</join><role>Mix</role><tracks>A1</tracks></artist></extraartists></release>',
    paths: {
      "release/artists/artist/role": 1,
      "release/artists/artist/tracks/@a": 1,
      "release/extraartists/artist/join": 1,
    },
  },
};

for (const [what, { entity, record, paths }] of Object.entries(UNKNOWN)) {
  test(`names and counts, and refuses with --strict: ${what}`, async (t) => {
    const dir = temporaryDirectory(t);
    const dump = writeDump(dir, entity, [record, record.replaceAll("\n", "<!-- -->")]);
    const { unknown } = await extractAll(dump, entity, join(dir, "out"));
    assert.deepEqual(
      unknown,
      Object.fromEntries(Object.entries(paths).map(([path, count]) => [path, count * 2])),
    );
    await assert.rejects(extractAll(dump, entity, join(dir, "strict"), { strict: true }), (error) => {
      assert.ok(error instanceof ExpectedError && error.exitCode === 2);
      for (const path of Object.keys(paths)) assert.ok(error.message.includes(`${path} `), error.message);
      return true;
    });
    assert.equal(existsSync(join(dir, "strict", "releases_v6")), false);
  });
}

test("examines elements of which nothing is kept, too", async (t) => {
  const dir = temporaryDirectory(t);
  const sub = "<sub_tracks><track><sub_tracks><track/></sub_tracks></track></sub_tracks>";
  const tracklist = `<tracklist><track>${sub}</track><track/></tracklist>`;
  const dump = writeDump(dir, "release", [`<release id="1">${tracklist}</release>`]);
  const inner = "release/tracklist/track/sub_tracks/track/sub_tracks";
  const { unknown } = await extractAll(dump, "release", join(dir, "out"));
  assert.deepEqual(unknown, { [inner]: 1, [`${inner}/track`]: 1 });
  await assert.rejects(
    extractAll(dump, "release", join(dir, "strict"), { strict: true }),
    /: release\/tracklist\/track\/sub_tracks\/track\/sub_tracks 1, .*sub_tracks\/track\/sub_tracks\/track 1; refused because of --strict/,
  );
});

for (const { entity, record, alike, passedOver } of [
  {
    entity: "label",
    record: '<label id="2"><id>1</id><name>L</name></label>',
    alike: '<label id="1"><id>1</id><name>L</name></label>',
    passedOver: "label/@id",
  },
  {
    entity: "label",
    record: '<label id="2"><id>x</id><name>L</name></label>',
    alike: '<label id="2"><id/><name>L</name></label>',
    passedOver: "label/id",
  },
  {
    entity: "release",
    record: '<release id="1"><identifiers><identifier value="a">b</identifier></identifiers></release>',
    alike: '<release id="1"><identifiers><identifier value="a">a</identifier></identifiers></release>',
    passedOver: "release/identifiers/identifier/text()",
  },
  {
    entity: "artist",
    record: '<artist><id>1</id><name>A</name><members><id>2</id><name id="3">B</name></members></artist>',
    alike: '<artist><id>1</id><name>A</name><members><id>2</id><name id="2">B</name></members></artist>',
    passedOver: "artist/members/id",
  },
] as const) {
  test(`${record}: counts the ignored one of two values`, async (t) => {
    const dir = temporaryDirectory(t);
    const dump = writeDump(dir, entity, [record, record.replaceAll("><", "><!-- -->\n<"), alike]);
    const { unknown } = await extractAll(dump, entity, join(dir, "out"));
    assert.deepEqual(unknown, { [passedOver]: 2 });
    await assert.rejects(
      extractAll(dump, entity, join(dir, "strict"), { strict: true }),
      (error) => error instanceof ExpectedError && error.message.includes(`${passedOver} 2`),
    );
  });
}

test("counts the same with any number of threads", async (t) => {
  const dir = temporaryDirectory(t);
  const text = "text ".repeat(100);
  const records = Array.from(
    { length: 12_000 },
    (_, id) => `<label><id>${id}</id><name>L</name><x${id % 3}/><profile>${text}</profile></label>`,
  );
  assert.ok(dumpText("label", records).length > MIN_BYTES_FOR_THREADS);
  const dump = writeDump(dir, "label", records, "labels.xml");
  for (const threads of [1, 2, 4]) {
    const { unknown } = await extractAll(dump, "label", join(dir, String(threads)), { threads });
    assert.deepEqual(unknown, { "label/x0": 4000, "label/x1": 4000, "label/x2": 4000 });
  }
});

test("distinguishes a limited number of paths, and truncates a long one", async (t) => {
  const dir = temporaryDirectory(t);
  const many = Array.from({ length: 1500 }, (_, index) => `<x${index}/>`).join("");
  const long = "y".repeat(10_000);
  const dump = writeDump(dir, "label", [`<label><${long}/>${many}</label>`]);
  const { unknown } = await extractAll(dump, "label", dir);
  assert.equal(Object.keys(unknown).length, 1001);
  assert.equal(unknown["(other paths)"], 501);
  assert.ok(Object.keys(unknown).every((path) => path.length <= 203));
});

for (const vintage of vintages) {
  test(`nothing is unknown in a sample month in the shape of ${vintage}`, async (t) => {
    const dir = temporaryDirectory(t);
    const size = { artists: 300, labels: 100, masters: 150, releases: 600, seed: 3, vintage };
    await writeSampleDump({ out: join(dir, "raw"), month: "2026-09", ...size });
    for (const { entity: plural, path } of (await findDumpFiles(join(dir, "raw"), "2026-09")).files) {
      const { unknown } = await extractAll(path, plural.slice(0, -1) as Entity, dir, { strict: true });
      assert.deepEqual(unknown, {});
    }
  });
}
