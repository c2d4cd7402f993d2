import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EXIT } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { artistsV1 } from "../datasets/artists_v1.ts";
import { datasetsOf } from "../datasets/index.ts";
import { labelsV10 } from "../datasets/labels_v10.ts";
import { mastersV1 } from "../datasets/masters_v1.ts";
import { duckdbType } from "../datasets/types.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import { writeDump } from "../testing/dumps.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { runMain } from "../testing/run_main.ts";
import { checkDataset } from "./dataset_checks.ts";
import { runTest } from "./run_test.ts";
import { runTestCommand } from "./run_test_command.ts";

const ARTISTS = [
  "<artist><id>1</id><name>One</name><aliases><name id='2'>Two</name><name id='3'> </name></aliases></artist>",
  "<artist><id>2</id><aliases><name>Uno</name></aliases><groups><name id='4'>Four</name></groups></artist>",
  "<artist><id>x</id><name>No id</name><members><name id='1'>One</name></members></artist>",
  "<artist><id>4</id><name>Four</name><members><name>Any</name><name id='1'>One</name></members></artist>",
  "<artist><id>5</id><name>Five</name><members><id>1</id><name>One</name><name>Any</name></members></artist>",
  "<artist><id>x</id></artist>",
];

const LABELS = [
  "<label><id>1</id><name>One</name><sublabels><label id='2'>Two</label></sublabels></label>",
  "<label><id>212</id></label>",
  "<label><id>99999999999999999999</id><name>Too large</name></label>",
  "<label id='5'><name>\u00a0Five\u0085</name></label>",
];

test("a dump with every dropped, skipped or counted case passes", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeDump(dir, "artist", ARTISTS);
  const test = {
    entity: "artist",
    datasets: datasetsOf("artist"),
    dump,
    testRoot: join(dir, "out"),
  } as const;
  const { checks, samples } = await runTest({ ...test, log: silentLogger });
  const found = Object.fromEntries(checks.map(({ name, details }) => [name, details]));
  assert.equal(found.records, "6");
  assert.equal(found["artists_v1_typed.rows"], "4");
  assert.equal(found["artists_v1_typed.dropped_and_skipped"], '{"no_name":1,"null_artist_id":2}');
  assert.equal(found["artist_aliases_v1_typed.rows"], "2");
  assert.equal(found["artist_aliases_v1_typed.dropped_and_skipped"], '{"no_alias_name":1}');
  assert.equal(found["artist_memberships_v1_typed.rows"], "2");
  assert.equal(
    found["artist_memberships_v1_typed.dropped_and_skipped"],
    '{"no_member_name":1,"null_group_id":1,"null_member_id":2}',
  );
  assert.deepEqual(samples[1]?.rows, [
    '{"artist_id":"1","alias_id":"2","alias_name":"Two"}',
    '{"artist_id":"2","alias_id":null,"alias_name":"Uno"}',
  ]);
});

test("a value that is no number is counted, also where a second child has one", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeDump(
    dir,
    "master",
    [
      '<master id="1"><year>x</year><year>1999</year></master>',
      '<master id="2"><year/><year>1999</year></master>',
    ],
    "masters.xml",
  );
  const test = { entity: "master", datasets: [mastersV1], dump, testRoot: dir } as const;
  const { checks } = await runTest({ ...test, log: silentLogger });
  assert.deepEqual(
    checks.filter((check) => !check.ok),
    [],
  );
  const counted = checks.find(({ name }) => name.endsWith(".dropped_and_skipped"));
  assert.equal(counted?.details, '{"unreadable_year":1}');
});

test("removes control characters on request, in both readings of the dump", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeDump(dir, "label", ["<label><id>1</id><name>O\u0001ne</name></label>"]);
  const datasets = [labelsV10] as const;
  const command = runTestCommand({ name: "tests/x.ts", datasets });
  const given = [dump, "--test-root", join(dir, "out")];
  assert.match((await runMain(command, given)).stderr, /record 1, byte \d+: disallowed character/);
  const { code, stdout, stderr } = await runMain(command, [...given, "--remove-control-characters"]);
  assert.equal(code, EXIT.ok, stderr);
  assert.match(stdout, /"name":"One"/);
});

test("counts only top-level labels, with an id as child or attribute", async (t) => {
  const dir = temporaryDirectory(t);
  const dump = writeDump(dir, "label", LABELS, "labels.xml");
  const test = { entity: "label", datasets: [labelsV10], dump, testRoot: dir } as const;
  const { checks } = await runTest({ ...test, log: silentLogger });
  assert.deepEqual(
    checks.filter((check) => !check.ok),
    [],
  );
  assert.equal(checks[0]?.details, "4");
  assert.equal(checks.find(({ name }) => name.endsWith(".rows"))?.details, "2");
});

const command = runTestCommand({
  name: "tests/run_test_artists_v1.ts",
  datasets: [artistsV1],
});

test("a duplicate key fails the command, and a damaged dump is bad input and leaves existing output", async (t) => {
  const dir = temporaryDirectory(t);
  const env = { DISCOGS_DATA_LAKE: dir };
  const one = "<artist><id>1</id><name>One</name></artist>";
  assert.equal(await command([writeDump(dir, "artist", [one])], env, silentLogger), EXIT.ok);
  assert.equal(await command([writeDump(dir, "artist", [one, one])], env, silentLogger), EXIT.checkFailed);
  const damaged = writeDump(dir, "artist", [one, "<artist><id>2</artist>"]);
  assert.equal(await command([damaged], env, silentLogger), EXIT.badInput);
  assert.deepEqual(readdirSync(join(dir, "_tmp_test")), ["artists_v1_typed"]);
  assert.equal(await command([join(dir, "absent.xml.gz")], env, silentLogger), EXIT.badInput);
  assert.equal(await command([damaged], {}, silentLogger), EXIT.badInput);
});

test("a pipe is refused, because the dump is read twice", async (t) => {
  const place = ["--test-root", temporaryDirectory(t)];
  for (const [dump, name] of [
    ["-", "stdin"],
    ["/dev/null", "/dev/null"],
  ] as const) {
    const { code, stderr } = await runMain(command, [dump, ...place]);
    assert.equal(code, EXIT.badInput);
    assert.match(
      stderr,
      new RegExp(`error: ${name} is not a file: the dump is read twice, so save it first\n$`),
    );
  }
});

/** Checks files written by DuckDB as if they had been extracted from a dump with two labels. */
async function checkLabelFile(dir: string, select: string, counts: Record<string, number> = {}) {
  const out = join(dir, "labels_v10");
  mkdirSync(out);
  const run = await openRunEngine(dir);
  try {
    await run.session.run(`COPY (${select}) TO '${join(out, "part-00000.parquet")}'`);
    const result = {
      directory: "labels_v10",
      rows: 2,
      files: [],
      counts,
      filled: {},
      written: { bytes: {}, numbers: {} },
    };
    const checks = await checkDataset(run, {
      dataset: labelsV10,
      out,
      result,
      tally: { rows: 2, counts: {} },
    });
    return checks.filter((check) => !check.ok).map(({ name, details }) => `${name}: ${details}`);
  } finally {
    await run.engine.close();
  }
}

const nulls = labelsV10.columns
  .slice(1)
  .map(({ name, type }) => `CAST(NULL AS ${duckdbType(type)}) AS ${name}`);
const labels = (ids: string) => `SELECT CAST(unnest([${ids}]) AS BIGINT) AS label_id, ${nulls.join(", ")}`;

test("names files that differ from the declaration, with what was found", async (t) => {
  const check = (select: string, counts?: Record<string, number>) =>
    checkLabelFile(temporaryDirectory(t), select, counts);
  assert.deepEqual(await check(labels("1, 2")), []);
  assert.deepEqual(await check(labels("1, NULL, 3")), [
    "labels_v10.rows: found 3, but the dump has 2",
    "labels_v10.null_label_id: rows without label_id",
  ]);
  assert.deepEqual(await check(labels("1, 2"), { no_name: 1 }), [
    'labels_v10.dropped_and_skipped: found {"no_name":1}, but the dump has {}',
  ]);
  assert.deepEqual(await check("SELECT unnest(['1', '2']) AS label_id"), [
    "labels_v10.columns: part-00000.parquet: column 1 is label_id VARCHAR, not label_id BIGINT as declared",
  ]);
});
