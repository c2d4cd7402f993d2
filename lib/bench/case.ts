import { join } from "node:path";
import { z } from "zod";
import { silentLogger } from "../cli/log.ts";
import type { Entity } from "../datasets/declaration.ts";
import { datasetsOf, extractedDatasetsOf } from "../datasets/index.ts";
import { dumpError } from "../dump/dump_error.ts";
import { openDump } from "../dump/source.ts";
import { extractDump } from "../extract/extract_dump.ts";
import { stages } from "../extract/stage_times.ts";
import { inTemporaryDirectory } from "./temporary.ts";

/** The report of one measured process. */
export const measurement = z.object({
  /** Wall-clock seconds of the work, without the start of the process. */
  seconds: z.number(),
  records: z.number(),
  /** Uncompressed XML. */
  bytes: z.number(),
  /** Rows of all datasets. */
  rows: z.number(),
  peakRssBytes: z.number(),
  /** Seconds of all threads together. */
  cpuSeconds: z.number(),
  /** Busy seconds of the threads in each stage of an extraction. */
  busy: z.record(z.enum(stages), z.number()).optional(),
});
/** The measurement of a case. */
export type Measurement = z.infer<typeof measurement>;

/** What to measure: only decompressing a dump, or making all of its datasets with these options. */
export interface BenchCase {
  /** Undefined to only decompress. */
  entity?: Entity;
  dump: string;
  batch?: number | undefined;
  threads?: number;
  /** Read every byte with saxes. */
  onlySaxes?: boolean;
  /** Include the detail datasets. */
  all?: boolean;
}

/** What a case did, without how long it took. */
type Done = Omit<Measurement, "seconds" | "cpuSeconds" | "peakRssBytes">;

/** Runs one case in this process, which must be new, because its peak memory is part of the result. */
export async function runCase(benchCase: BenchCase): Promise<Measurement> {
  const { entity, dump } = benchCase;
  if (entity === undefined) return measured(() => gunzipOnly(dump));
  // Removing the datasets is not part of the work.
  return inTemporaryDirectory((dir) => measured(() => extract(entity, benchCase, dir)));
}

async function measured(work: () => Promise<Done>): Promise<Measurement> {
  const started = process.hrtime.bigint();
  const before = process.cpuUsage();
  const done = await work();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const { user, system } = process.cpuUsage(before);
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  return { ...done, seconds, cpuSeconds: (user + system) / 1e6, peakRssBytes };
}

async function gunzipOnly(dump: string): Promise<Done> {
  const source = await openDump(dump);
  const memory = new Uint8Array(1 << 18);
  let bytes = 0;
  try {
    for (let length = await source.read(memory); length > 0; length = await source.read(memory))
      bytes += length;
  } catch (error) {
    throw dumpError(dump, { record: 0, offset: bytes }, error);
  }
  return { records: 0, bytes, rows: 0 };
}

async function extract(
  entity: Entity,
  { dump, all = false, ...options }: BenchCase,
  dir: string,
): Promise<Done> {
  const datasets = all ? extractedDatasetsOf(entity) : datasetsOf(entity);
  const result = await extractDump({
    ...options,
    source: dump,
    entity,
    outputs: datasets.map((dataset) => ({ dataset, out: join(dir, dataset.directory) })),
    clean: false,
    log: silentLogger,
  });
  const rows = result.datasets.reduce((sum, dataset) => sum + dataset.rows, 0);
  return { records: result.records, bytes: result.bytes, rows, busy: result.busy };
}
