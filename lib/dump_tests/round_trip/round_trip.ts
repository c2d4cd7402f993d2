import { basename, join } from "node:path";
import { type CheckResult, problemCheck } from "../../checks/check.ts";
import type { Logger } from "../../cli/log.ts";
import { ProgressMeter } from "../../cli/progress.ts";
import type { Entity } from "../../datasets/declaration.ts";
import { canonicalDatasets, detailDatasets } from "../../datasets/index.ts";
import { extractDump } from "../../extract/extract_dump.ts";
import { makeDirectory } from "../../files/files.ts";
import { temporaryDirectory } from "../../files/temporary_directory.ts";
import { openRunEngine, type RunEngine } from "../../sql/duckdb/open.ts";
import type { SessionLimits } from "../../sql/duckdb/session.ts";
import { checkDatasets } from "../dataset_checks.ts";
import { DumpCounter } from "../dump_counter.ts";
import { dumpRecords, type XmlElement } from "../dump_records.ts";
import type { DumpTally } from "../tally.ts";
import { type Comparison, RecordComparison } from "./compare_records.ts";
import { openDatasetRows, repeatedIds } from "./dataset_rows.ts";
import { recordShapes } from "./shapes.ts";

/** What a round trip takes. */
export interface RoundTrip extends SessionLimits {
  entity: Entity;
  /** `.xml` or `.xml.gz`. */
  dump: string;
  /** Directory for the datasets, which are removed in the end. */
  testRoot: string;
  /** Compare only so many records; then nothing is counted. */
  records?: number | undefined;
  removeControlCharacters?: boolean | undefined;
  /** Rows of each part; by default as the datasets declare it. */
  batch?: number | undefined;
  /** Differing records that are kept to be shown (default: 5). */
  shown?: number | undefined;
  log: Logger;
}

/** The checks of a round trip and the comparison of its records. */
export interface RoundTripResult {
  /** The last one is that of the comparison. */
  checks: CheckResult[];
  comparison: Comparison;
}

/**
 * Extracts all datasets of a dump, rebuilds every record from their Parquet files, and compares it with the record as
 * an independent reading of the dump has it, in the normal form. On the way the elements of the dump are counted and
 * compared with the rows of each dataset. Memory does not depend on the dump's size: both sides are in the order of
 * the dump.
 * @throws DumpError for a damaged dump
 */
export async function roundTrip(test: RoundTrip): Promise<RoundTripResult> {
  await makeDirectory(test.testRoot);
  const temporary = await temporaryDirectory(test.testRoot, "round_trip");
  try {
    return await roundTripIn(temporary.path, test);
  } finally {
    await temporary.remove();
  }
}

async function roundTripIn(root: string, test: RoundTrip): Promise<RoundTripResult> {
  const { entity, dump, removeControlCharacters = false, batch, log } = test;
  await makeDirectory(root);
  const outputs = [...canonicalDatasets, ...detailDatasets]
    .filter((dataset) => dataset.entity === entity)
    .map((dataset) => ({ dataset, out: join(root, dataset.directory) }));
  log.info(`extracting ${outputs.length} datasets of ${dump}`);
  const how = { removeControlCharacters, batch, clean: false };
  const extracted = await extractDump({ source: dump, entity, outputs, ...how, log });
  const run = await openRunEngine(root, test);
  try {
    log.info(`rebuilding the records of ${dump}`);
    const { comparison, tally } = await compare(run, root, test);
    const counted = tally === undefined ? [] : await checkDatasets(run, outputs, extracted, tally);
    return { checks: [...counted, comparisonCheck(comparison)], comparison };
  } finally {
    await run.engine.close();
  }
}

/** Compares the records; the tally is there when all of the dump was read. */
async function compare(
  { session }: RunEngine,
  root: string,
  { entity, dump, records, removeControlCharacters, shown = 5, log }: RoundTrip,
): Promise<{ comparison: Comparison; tally: DumpTally | undefined }> {
  const shape = recordShapes[entity];
  const counter = new DumpCounter(entity);
  const repeated = await repeatedIds(session, root, shape);
  const datasets = await openDatasetRows(session, root, shape);
  try {
    const isWhole = records === undefined;
    const meter = new ProgressMeter(basename(dump), "records");
    // Of a part of the dump the bytes that were read tell nothing.
    const reading = { removeControlCharacters, ...(isWhole ? { log } : {}) };
    const read = firstOf(dumpRecords(dump, entity, reading), records, (record) => {
      counter.add(record);
      if (!isWhole) log.progress(meter.text({ done: counter.tally.records, total: records }));
    });
    const comparing = new RecordComparison({ shape, datasets, repeated, kept: shown });
    const comparison = await comparing.run(read, isWhole);
    const isCounted = isWhole && comparison.broken === undefined;
    return { comparison, tally: isCounted ? counter.tally : undefined };
  } finally {
    for (const rows of datasets.values()) await rows.close();
  }
}

/** The first `count` records, or all, each looked at. */
async function* firstOf(
  records: AsyncIterable<XmlElement[]>,
  count = Number.POSITIVE_INFINITY,
  look: (record: XmlElement) => void,
): AsyncGenerator<XmlElement[]> {
  let rest = count;
  for await (const some of records) {
    const wanted = some.slice(0, rest);
    wanted.forEach(look);
    yield wanted;
    rest -= wanted.length;
    if (rest === 0) return;
  }
}

function comparisonCheck({ rebuilt, leftOut, differing, broken }: Comparison): CheckResult {
  const problems = [
    ...(differing > 0 ? [`${differing} of ${rebuilt} records are not what the dump has`] : []),
    ...(broken === undefined ? [] : [broken]),
  ];
  const leftOutText = leftOut === 0 ? "" : `, ${leftOut} are in no dataset`;
  return problemCheck("round_trip", problems, `${rebuilt} records rebuilt${leftOutText}`);
}
