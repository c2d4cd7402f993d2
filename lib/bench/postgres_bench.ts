import { join } from "node:path";
import { z } from "zod";
import { type Logger, silentLogger } from "../cli/log.ts";
import type { Entity } from "../datasets/declaration.ts";
import { extractedDatasets } from "../datasets/index.ts";
import { extractDump } from "../extract/extract_dump.ts";
import { loadRun } from "../postgres/load.ts";
import { startPostgres } from "../postgres_server/server.ts";
import { benchDump } from "./extract_bench.ts";
import { inOwnProcess } from "./own_process.ts";
import { inTemporaryDirectory } from "./temporary.ts";

/** The measurement of a load into PostgreSQL. */
const postgresMeasurement = z.object({
  tables: z.array(z.object({ table: z.string(), rows: z.number(), seconds: z.number() })),
  /** Including keys, indexes and foreign keys. */
  seconds: z.number(),
  /** Of the loader, not the server. */
  cpuSeconds: z.number(),
  peakRssBytes: z.number(),
});
/** The time to load a run into PostgreSQL. */
export type PostgresMeasurement = z.infer<typeof postgresMeasurement>;

/** A directory of datasets, and the database to load them into. */
export interface PostgresCase {
  dir: string;
  url: string;
}

/**
 * Loads all datasets of a sample month with this many releases into a new PostgreSQL on this machine with `fsync=off`. The load
 * runs in a separate process.
 */
export async function measurePostgres(releases: number, log: Logger): Promise<PostgresMeasurement> {
  return inTemporaryDirectory(async (dir) => {
    for (const entity of ["artist", "label", "master", "release"] as const) {
      await extract(entity, await benchDump(entity, releases, log), dir);
    }
    return inTemporaryDirectory(async (place) => {
      const server = await startPostgres(place);
      try {
        return postgresMeasurement.parse(await inOwnProcess("run_postgres.ts", { dir, url: server.url }));
      } finally {
        await server.stop();
      }
    });
  });
}

async function extract(entity: Entity, source: string, dir: string): Promise<void> {
  const datasets = extractedDatasets.filter((dataset) => dataset.entity === entity);
  const outputs = datasets.map((dataset) => ({ dataset, out: join(dir, dataset.directory) }));
  await extractDump({ source, entity, outputs, clean: false, log: silentLogger });
}

/** Runs one case in this process, which must be new, because its peak memory is part of the result. */
export async function runPostgresCase({ dir, url }: PostgresCase): Promise<PostgresMeasurement> {
  const began = process.hrtime.bigint();
  const before = process.cpuUsage();
  const { signal } = new AbortController();
  const options = { url, schema: "bench", datasets: extractedDatasets, log: silentLogger, signal };
  const tables = await loadRun({ runId: "sample", dir }, { ...options, memoryLimit: "2GB" });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const { user, system } = process.cpuUsage(before);
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  return { tables: [...tables], seconds, cpuSeconds: (user + system) / 1e6, peakRssBytes };
}
