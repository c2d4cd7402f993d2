import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Logger } from "../cli/log.ts";
import type { Entity } from "../datasets/declaration.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { type BenchCase, type Measurement, measurement } from "./case.ts";

const PROJECT_ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MONTH = "2026-09";

/** The dump that an entity's or a gunzip case reads. */
export type BenchDumps = ReadonlyMap<Entity, string>;

/**
 * Makes, or finds in the cache, a sample month with so many releases and the other records in the dumps' proportion
 * (0.53 artists, 0.12 labels and 0.13 masters for each release).
 */
export async function benchDumps(releases: number, log: Logger): Promise<BenchDumps> {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const out = join(cache, "discogs-data-lake", "bench", `releases-${releases}`);
  await writeSampleDump({
    out,
    month: MONTH,
    seed: 1,
    releases,
    artists: Math.round(releases * 0.53),
    labels: Math.round(releases * 0.12),
    masters: Math.round(releases * 0.13),
    clean: true,
    log,
  });
  const { files } = await findDumpFiles(out, MONTH);
  return new Map(files.map(({ entity, path }) => [entity.slice(0, -1) as Entity, path]));
}

/** Measures a case in a process of its own. */
export async function measure(benchCase: BenchCase): Promise<Measurement> {
  const script = fileURLToPath(new URL("run_case.ts", import.meta.url));
  const args = ["--import=tsx", script, JSON.stringify(benchCase)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PROJECT_ROOT });
  return measurement.parse(JSON.parse(stdout));
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
