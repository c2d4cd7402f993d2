import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { EXIT } from "../../cli/errors.ts";
import { silentLogger } from "../../cli/log.ts";
import type { Entity } from "../../datasets/declaration.ts";
import { elementEnd, tagName } from "../../dump/xml_tags.ts";
import { vintages } from "../../sample/vintages.ts";
import { MINIMUM } from "../../sample/world.ts";
import { writeSampleDump } from "../../sample/write_sample_dump.ts";
import { extractAll, writeDump } from "../../testing/dumps.ts";
import { temporaryDirectory } from "../../testing/files.ts";
import { runMain } from "../../testing/run_main.ts";
import { entityOf, readElement } from "../dump_records.ts";
import { renderDifferences } from "./differences.ts";
import { type RoundTripResult, roundTrip } from "./round_trip.ts";
import { roundTripCommand } from "./round_trip_command.ts";
import { recordShapes } from "./shapes.ts";
import { generatedRecord, mutated, mutations } from "./testing/generated_records.ts";

const ENTITIES = Object.keys(recordShapes) as Entity[];
/** Generated records per entity; `npm run test:fuzz` generates a million in all. */
const RUNS = Number(process.env.DISCOGS_FUZZ_RUNS ?? 500);
/** Different seeds yield different records; a failure names its seed. */
const SEED = Number(process.env.DISCOGS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 30));
/** Records of one dump: more of them when there are many, because each dump costs as much as a hundred records. */
const TOGETHER = Math.min(5000, Math.max(250, Math.ceil(RUNS / 50)));

/** Small, so that records span parts. */
const BATCH = TOGETHER / 5;

async function rebuild(t: TestContext, entity: Entity, dump: string): Promise<RoundTripResult> {
  const shown = Number.POSITIVE_INFINITY;
  const testRoot = temporaryDirectory(t);
  const removeControlCharacters = dump.includes("vintage_2011");
  return roundTrip({
    entity,
    dump,
    testRoot,
    removeControlCharacters,
    batch: BATCH,
    shown,
    log: silentLogger,
  });
}

/** The differing records of a result, as shown. */
const shown = ({ comparison }: RoundTripResult) =>
  comparison.first.flatMap(({ id, differences }) => [`record ${id}`, ...renderDifferences(differences)]);

const GOLDEN = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "tests", "golden");

const goldenDumps = readdirSync(GOLDEN, { recursive: true, encoding: "utf8" })
  .filter((name) => /\/input\/[a-z]+\.xml$/.test(name))
  .sort();

test("the command shows differing records and exits with 1", async (t) => {
  const testRoot = temporaryDirectory(t);
  const release = (id: number, inner: string) => `<release id="${id}"><title>T</title>${inner}</release>`;
  const records = [release(1, ""), release(2, "<nation>US</nation>"), release(3, "")];
  const dump = writeDump(temporaryDirectory(t), "release", records);
  const run = (...options: string[]) =>
    runMain(roundTripCommand("round_trip.ts"), [dump, "--test-root", testRoot, ...options]);
  const { code, stdout } = await run();
  assert.equal(code, EXIT.checkFailed);
  assert.deepEqual(stdout.split("\n"), [
    "record 2 (number 2 of the dump):",
    "  nation",
    '    - dump:     "US"',
    "    + datasets: nothing",
    `${dump}: 1 of 3 records differ from the dump`,
    "FAIL round_trip: 1 (1 of 3 records differ from the dump)",
    "",
  ]);
  assert.deepEqual(readdirSync(testRoot), []);
  const first = await run("--records", "1");
  assert.equal(first.code, EXIT.ok);
  assert.match(first.stdout, /: 1 record rebuilt\nPASS .*: 1 check\n$/);
});

test("a damaged dump is bad input and leaves nothing behind", async (t) => {
  const testRoot = temporaryDirectory(t);
  const dump = writeDump(temporaryDirectory(t), "release", ["<release id='1'><title></release>"]);
  const { code, stderr } = await runMain(roundTripCommand("round_trip.ts"), [dump, "--test-root", testRoot]);
  assert.equal(code, EXIT.badInput);
  assert.match(stderr, /record 1, byte \d+: /);
  assert.deepEqual(readdirSync(testRoot), []);
});

test("a dump that can't be read, or not twice, is bad input named in one line", async (t) => {
  const dir = temporaryDirectory(t);
  const given = (name: string, content: Uint8Array): string => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  for (const [dump, reason] of [
    [given("twice.xml.gz", gzipSync(gzipSync("<releases/>"))), "does not begin like a dump of"],
    [given("foreign.xml.gz", Buffer.from([0xfd, 0x37])), "begin like .*: .*not valid for"],
    [given("cut.xml.gz", gzipSync("<releases/>").subarray(0, 10)), "begin like .*: unexpected end of file"],
    [dir, "it is a directory"],
    [join(dir, "absent.xml.gz"), "no such file"],
    ["/dev/null", "is not a file: the dump is read twice"],
    ["-", "is not a file: the dump is read twice"],
  ] as const) {
    const { code, stderr } = await runMain(roundTripCommand("round_trip.ts"), [dump, "--test-root", dir]);
    assert.equal(code, EXIT.badInput, dump);
    assert.match(
      stderr,
      new RegExp(`^round_trip.ts: error: .*${dump === "-" ? "stdin" : dump}.*${reason}.*\n$`),
    );
  }
});

test("there are golden dumps of all entities", () => {
  for (const entity of ENTITIES) assert.ok(goldenDumps.some((name) => name.endsWith(`/${entity}s.xml`)));
});

for (const name of goldenDumps) {
  test(`rebuilds every record of a golden dump except for what is counted as unknown: ${name}`, async (t) => {
    const dump = join(GOLDEN, name);
    const entity = await entityOf(dump);
    const result = await rebuild(t, entity, dump);
    assert.equal(result.comparison.broken, undefined);
    assert.ok(result.comparison.rebuilt > 0 || result.comparison.leftOut > 0);
    assert.deepEqual(failedCounts(result), []);
    assert.deepEqual(unexplained(result, await unknownOf(t, entity, dump)), []);
  });
}

for (const vintage of vintages) {
  test(`rebuilds every record of a sample month: ${vintage}`, async (t) => {
    const out = temporaryDirectory(t);
    const sample = await writeSampleDump({ out, month: "2026-01", seed: 7, vintage, threads: 1, ...MINIMUM });
    for (const { name } of sample.files) {
      const dump = join(sample.directory, name);
      const { checks, comparison } = await rebuild(t, await entityOf(dump), dump);
      assert.deepEqual(
        checks.filter(({ ok }) => !ok),
        [],
      );
      assert.ok(comparison.rebuilt > 0);
    }
  });
}

for (const entity of ENTITIES) {
  test(`${entity}: rebuilds generated records and counts their elements`, async (t) => {
    const rebuilt = await eachDump(generatedRecord(entity, false), async (records, seed) => {
      const result = await rebuild(t, entity, writeDump(temporaryDirectory(t), entity, records));
      if (failedCounts(result).length > 0) await nameMiscounted(t, entity, records, seed);
      assert.equal(result.comparison.broken, undefined, seed);
      await assertExplained(t, entity, { result, records, seed });
      return result;
    });
    assert.ok(rebuilt > RUNS / 8, `${rebuilt} records rebuilt`);
  });

  test(`${entity}: everything lost from changed records was counted as unknown`, async (t) => {
    const changed = fc.tuple(generatedRecord(entity, true), fc.option(mutations, { freq: 2 }));
    const record = changed.map(([text, changes]) => mutated(text, changes ?? []));
    const rebuilt = await eachDump(record, async (all, seed) => {
      const records = all.filter((text) => isRecord(entity, text));
      const result = await rebuild(t, entity, writeDump(temporaryDirectory(t), entity, records));
      assert.equal(result.comparison.broken, undefined, seed);
      await assertExplained(t, entity, { result, records, seed });
      return result;
    });
    assert.ok(rebuilt > RUNS / 8, `${rebuilt} records rebuilt`);
  });
}

/** Makes dumps of generated records, `RUNS / 2` in all, and returns the number of rebuilt ones. */
async function eachDump(
  record: fc.Arbitrary<string>,
  use: (records: string[], seed: string) => Promise<RoundTripResult>,
): Promise<number> {
  const together = fc.array(record, { minLength: TOGETHER, maxLength: TOGETHER });
  let rebuilt = 0;
  for (let made = 0; made < RUNS / 2; made += TOGETHER) {
    const seed = SEED + made;
    const [records = []] = fc.sample(together, { seed, numRuns: 1 });
    const { comparison } = await use(records, `DISCOGS_FUZZ_SEED=${seed}`);
    rebuilt += comparison.rebuilt;
  }
  return rebuilt;
}

/** Fails for the first record that is miscounted on its own, else for all. */
async function nameMiscounted(
  t: TestContext,
  entity: Entity,
  records: string[],
  seed: string,
): Promise<never> {
  const failed = async (some: string[]) =>
    failedCounts(await rebuild(t, entity, writeDump(temporaryDirectory(t), entity, some)));
  let some = records;
  while (some.length > 1) {
    const half = some.slice(0, Math.ceil(some.length / 2));
    const other = some.slice(half.length);
    if ((await failed(half)).length > 0) some = half;
    else if ((await failed(other)).length > 0) some = other;
    else break;
  }
  assert.fail(`${seed}: ${some.join("\n")}\n${(await failed(some)).join("\n")}`);
}

/** Failed checks of rows and counts; keys can be duplicated in generated records. */
function failedCounts({ checks }: RoundTripResult): string[] {
  const isOfKey = /\.duplicate_\w+$/;
  return checks
    .filter(({ name, ok }) => !ok && name !== "round_trip" && !isOfKey.test(name))
    .map(({ name, details }) => `${name}: ${details}`);
}

/** Fails for a record that differs in something not counted as unknown. */
async function assertExplained(
  t: TestContext,
  entity: Entity,
  { result, records, seed }: { result: RoundTripResult; records: readonly string[]; seed: string },
): Promise<void> {
  const dir = temporaryDirectory(t);
  for (const differing of result.comparison.first) {
    // Unknown content of another record does not explain a difference in this one.
    const texts = differing.numbers.map((number) => records[number - 1] as string);
    const unknown = await unknownOf(t, entity, writeDump(dir, entity, texts));
    const one = { ...result, comparison: { ...result.comparison, first: [differing] } };
    assert.deepEqual(unexplained(one, unknown), [], `${seed}: ${texts.join("\n")}`);
  }
}

/** Differing records, without what is at or below a path that the extractor counted as unknown. */
function unexplained(result: RoundTripResult, unknown: readonly string[]): string[] {
  const first = result.comparison.first.flatMap((record) => {
    const differences = record.differences.filter(({ path }) => !isExplained(path, unknown));
    return differences.length === 0 ? [] : [{ ...record, differences }];
  });
  return shown({ ...result, comparison: { ...result.comparison, first } });
}

function isExplained(path: string, unknown: readonly string[]): boolean {
  const plain = `/${path}`.replace("//", "/").replaceAll(/\[\d+\]/g, "");
  return unknown.some((each) => plain === each || plain.startsWith(`${each}/`));
}

/** The unknown paths of a dump below the record, without numbers. */
async function unknownOf(t: TestContext, entity: Entity, dump: string): Promise<string[]> {
  const removeControlCharacters = dump.includes("vintage_2011");
  const options = { removeControlCharacters, details: true };
  const { unknown } = await extractAll(dump, entity, temporaryDirectory(t), options);
  return Object.keys(unknown).map((path) => path.slice(entity.length).replaceAll(/\[\d+\]/g, ""));
}

/** Whether the splitter and saxes see a text as one record: others are refused with the dump. */
function isRecord(entity: Entity, text: string): boolean {
  const bytes = Buffer.from(text);
  const isOne = elementEnd(bytes, 0, bytes.length) === bytes.length;
  if (!isOne || tagName(bytes, 0, bytes.length) !== entity) return false;
  try {
    return readElement(text).name === entity;
  } catch {
    return false;
  }
}
