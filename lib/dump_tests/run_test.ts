import { join } from "node:path";
import type { CheckResult } from "../checks/check.ts";
import type { Logger } from "../cli/log.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { extractDump } from "../extract/extract_dump.ts";
import { makeDirectory } from "../files/files.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { checkDatasets, sampleRows } from "./dataset_checks.ts";
import { tallyDump } from "./dump_counter.ts";

/** Options of a run test. */
export interface RunTest extends SessionLimits {
  entity: Entity;
  datasets: readonly ExtractedDataset[];
  /** `.xml` or `.xml.gz`. */
  dump: string;
  /** The datasets go to directories of their names below this one, replacing existing ones. */
  testRoot: string;
  /** Remove control characters, in both readings of the dump. */
  removeControlCharacters?: boolean;
  log: Logger;
}

/** The checks of a run test. */
export interface RunTestResult {
  checks: CheckResult[];
  /** The first rows of each dataset, as JSON. */
  samples: { dataset: string; rows: string[] }[];
}

const SAMPLE_ROWS = 3;

/**
 * Extracts datasets of a dump and checks them: with DuckDB against their declarations, and against the counts of an independent
 * reading of the dump.
 * @throws DumpError for a damaged dump
 */
export async function runTest(test: RunTest): Promise<RunTestResult> {
  const { entity, datasets, dump, testRoot, removeControlCharacters = false, log } = test;
  await makeDirectory(testRoot);
  const outputs = datasets.map((dataset) => ({ dataset, out: join(testRoot, dataset.directory) }));
  log.info(`extracting ${dump} to ${testRoot}`);
  const reading = { removeControlCharacters, log };
  const extracted = await extractDump({ source: dump, entity, outputs, clean: true, ...reading });
  log.info(`counting the records of ${dump}`);
  const tally = await tallyDump(dump, entity, reading);
  const run = await openRunEngine(testRoot, test);
  try {
    const checks = await checkDatasets(run, outputs, extracted, tally);
    const samples = [];
    for (const { dataset, out } of outputs)
      samples.push({ dataset: dataset.directory, rows: await sampleRows(run.session, out, SAMPLE_ROWS) });
    return { checks, samples };
  } finally {
    await run.engine.close();
  }
}
