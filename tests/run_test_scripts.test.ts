import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { EXIT } from "../lib/cli/errors.ts";
import { silentLogger } from "../lib/cli/log.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { main as artistRelations } from "./run_test_artist_relations.ts";
import { main as artists } from "./run_test_artists_v1.ts";
import { main as labels } from "./run_test_labels_v10.ts";
import { main as masters } from "./run_test_masters_v1.ts";
import { main as releases } from "./run_test_releases_v6.ts";
import { main as roundTrip } from "./run_test_round_trip.ts";

const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), "golden");
const ENTITIES = ["artists", "labels", "masters", "releases"];

/** A raw root with one month, with the dumps of a golden case that has all four. */
function rawRootOf(t: TestContext, name: string): string {
  const rawRoot = temporaryDirectory(t);
  mkdirSync(join(rawRoot, "2026-01"));
  for (const entity of ENTITIES) {
    const xml = readFileSync(join(GOLDEN, name, "input", `${entity}.xml`));
    writeFileSync(join(rawRoot, "2026-01", `discogs_20260101_${entity}.xml.gz`), gzipSync(xml));
  }
  return rawRoot;
}

for (const name of ["vintage_2026", "pretty_printed", "ids"]) {
  test(`the run-level tests need only the places of dumps and lake: ${name}`, async (t) => {
    const lake = temporaryDirectory(t);
    const env = { DISCOGS_RAW: rawRootOf(t, name), DISCOGS_DATA_LAKE: lake };
    // The case has two labels and two masters with the same id, an error only for masters, and a label with two ids.
    const expected = name === "ids" ? EXIT.checkFailed : EXIT.ok;
    assert.equal(await artists([], env, silentLogger), EXIT.ok);
    assert.equal(await artistRelations([], env, silentLogger), EXIT.ok);
    assert.equal(await masters([], env, silentLogger), expected);
    assert.equal(await labels([], env, silentLogger), EXIT.ok);
    assert.equal(await releases([], env, silentLogger), EXIT.ok);
    assert.equal(await roundTrip([], env, silentLogger), expected);
    assert.deepEqual(readdirSync(lake), ["_tmp_test"]);
    assert.deepEqual(readdirSync(join(lake, "_tmp_test")).sort(), [
      "artist_aliases_v1_typed",
      "artist_memberships_v1_typed",
      "artists_v1_typed",
      "labels_v10",
      "masters_v1_typed",
      "releases_v6",
    ]);
  });
}
