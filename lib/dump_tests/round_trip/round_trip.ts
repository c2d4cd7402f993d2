import { basename, join } from "node:path";
import { type CheckResult, problemCheck } from "../../checks/check.ts";
import { counted } from "../../cli/amounts.ts";
import type { Logger } from "../../cli/log.ts";
import { ProgressMeter } from "../../cli/progress.ts";
import type { Entity } from "../../datasets/declaration.ts";
import { extractedDatasetsOf } from "../../datasets/index.ts";
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

/** Options of a round trip. */
export interface RoundTrip extends SessionLimits {
  entity: Entity;
  /** `.xml` or `.xml.gz`. */
  dump: string;
  /** Directory for the datasets, which are removed at the end. */
  testRoot: string;
  /** Compare only this many records, and count nothing. */
  records?: number | undefined;
  removeControlCharacters?: boolean | undefined;
  /** Rows per part; by default as declared for the datasets. */
  batch?: number | undefined;
  /** Number of differing records to show (default: 5). */
  shown?: number | undefined;
  log: Logger;
}

/** The checks of a round trip and the comparison of its records. */
export interface RoundTripResult {
  /** The last one is the comparison's. */
  checks: CheckResult[];
  comparison: Comparison;
}

/**
 * Extracts all datasets of a dump, rebuilds every record from their Parquet files, and compares its normal form with that from
 * an independent reading of the dump. Also counts the elements of the dump and compares them with the rows of each dataset.
 * Memory does not depend on the dump's size, because both sides are in the order of the dump.
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
  const outputs = extractedDatasetsOf(entity).map((dataset) => ({
    dataset,
    out: join(root, dataset.directory),
  }));
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

/** Compares the records; returns the tally only if the whole dump was read. */
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

/** The first `count` records, or all, each inspected. */
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
    ...(differing > 0 ? [`${differing} of ${rebuilt} records differ from the dump`] : []),
    ...(broken === undefined ? [] : [broken]),
  ];
  const leftOutText = leftOut === 0 ? "" : `, ${leftOut} are in no dataset`;
  return problemCheck("round_trip", problems, `${counted(rebuilt, "record")} rebuilt${leftOutText}`);
}
