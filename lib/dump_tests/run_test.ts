import { join } from "node:path";
import type { CheckResult } from "../checks/check.ts";
import type { Logger } from "../cli/log.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { type ExtractResult, extractDump, type Output } from "../extract/extract_dump.ts";
import { makeDirectory } from "../files/files.ts";
import { openRunEngine, type RunEngine } from "../sql/duckdb/open.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { checkDataset, sameCheck, sampleRows } from "./dataset_checks.ts";
import { type DumpTally, tallyDump } from "./tally.ts";

export interface RunTest extends SessionLimits {
  entity: Entity;
  datasets: readonly ExtractedDataset[];
  /** `.xml` or `.xml.gz`. */
  dump: string;
  /** The datasets go to directories of their names below this one, and replace what is there. */
  testRoot: string;
  log: Logger;
}

export interface RunTestResult {
  checks: CheckResult[];
  /** The first rows of each dataset, as JSON. */
  samples: { dataset: string; rows: string[] }[];
}

const SAMPLE_ROWS = 3;

/**
 * Extracts datasets of a dump and checks them: with DuckDB against their declarations, and against what a second,
 * independent reading of the dump counted.
 * @throws DumpError for a damaged dump
 */
export async function runTest(test: RunTest): Promise<RunTestResult> {
  const { entity, datasets, dump, testRoot, log } = test;
  await makeDirectory(testRoot);
  const outputs = datasets.map((dataset) => ({ dataset, out: join(testRoot, dataset.directory) }));
  log.info(`extracting ${dump} to ${testRoot}`);
  const extracted = await extractDump({ source: dump, entity, outputs, clean: true, log });
  log.info(`counting the records of ${dump}`);
  const tally = await tallyDump(dump, entity);
  const run = await openRunEngine(testRoot, test);
  try {
    return await checkAll(run, outputs, extracted, tally);
  } finally {
    await run.engine.close();
  }
}

async function checkAll(
  run: RunEngine,
  outputs: readonly Output[],
  extracted: ExtractResult,
  dumped: DumpTally,
): Promise<RunTestResult> {
  const checks = [sameCheck("records", extracted.records, dumped.records)];
  const samples = [];
  for (const [index, { dataset, out }] of outputs.entries()) {
    const result = extracted.datasets[index];
    const tally = dumped.datasets[dataset.directory];
    if (result === undefined || tally === undefined) throw new TypeError(`${dataset.directory} has no tally`);
    checks.push(...(await checkDataset(run, { dataset, out, result, tally })));
    samples.push({ dataset: dataset.directory, rows: await sampleRows(run.session, out, SAMPLE_ROWS) });
  }
  return { checks, samples };
}
