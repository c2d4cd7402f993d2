import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../cli/log.ts";
import type { Entity } from "../datasets/declaration.ts";
import { cacheDirectory } from "../files/cache_directory.ts";
import { makeDirectory } from "../files/files.ts";
import { temporaryName } from "../files/paths.ts";
import { writeDumpFile } from "../sample/dump_file.ts";
import { type SampleEntity, sampleRecords } from "../sample/records.ts";
import { createTally } from "../sample/tally.ts";
import { createWorld } from "../sample/world.ts";
import { GENERATION } from "../sample/write_sample_dump.ts";
import { type BenchCase, type Measurement, measurement } from "./case.ts";
import { inOwnProcess } from "./own_process.ts";

const SEED = 1;

/**
 * Makes, or finds in the cache, a dump of a sample month with this many releases and other records in the real dumps' proportion
 * (0.53 artists, 0.12 labels and 0.13 masters per release).
 */
export async function benchDump(entity: Entity, releases: number, log: Logger): Promise<string> {
  const directory = join(cacheDirectory(process.env), "bench", `sample-${GENERATION}-releases-${releases}`);
  const dump: SampleEntity = `${entity}s`;
  const path = join(directory, `${dump}.xml.gz`);
  if (existsSync(path)) return path;
  const counts = {
    releases,
    artists: Math.round(releases * 0.53),
    labels: Math.round(releases * 0.12),
    masters: Math.round(releases * 0.13),
  };
  log.info(`making ${path} with ${counts[dump]} records`);
  await makeDirectory(directory);
  const temporary = join(directory, temporaryName(dump));
  try {
    const records = sampleRecords(createWorld(counts, SEED), dump, createTally());
    await writeDumpFile(temporary, dump, dump, records);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return path;
}

/** Measures a case in a separate process. */
export async function measure(benchCase: BenchCase): Promise<Measurement> {
  return measurement.parse(await inOwnProcess("run_case.ts", benchCase));
}

/** The median of an odd number of values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
