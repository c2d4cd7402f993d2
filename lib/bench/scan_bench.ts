import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { silentLogger } from "../cli/log.ts";
import { releasesV6 } from "../datasets/releases_v6.ts";
import { extractDump } from "../extract/extract_dump.ts";
import { makeDirectory } from "../files/files.ts";
import { encodeFile } from "../parquet/parquet_encoder.ts";
import { datasetTable, type SqlEngine } from "../sql/engine.ts";
import { onEmbedded, onTrino } from "./engines.ts";
import { median } from "./extract_bench.ts";

/** The releases of a sample in files with this many rows per row group. */
export interface ScanVariant {
  groupRows: number;
  schema: string;
  bytes: number;
}

/** The time of a query on one variant. */
export interface ScanMeasurement {
  engine: string;
  query: string;
  variant: ScanVariant;
  seconds: number;
}

/** Rounds, whose median counts; one more precedes them to warm up the engine. */
const ROUNDS = 5;

/** Queries on a table; `id` is one of its releases. */
const queries: Readonly<Record<string, (table: string, id: bigint) => string>> = {
  "one release by id, all columns": (table, id) => `SELECT * FROM ${table} WHERE release_id = ${id}`,
  "releases by country": (table) => `SELECT country, count(*) FROM ${table} GROUP BY country`,
  "titles with a word": (table) => `SELECT count(*) FROM ${table} WHERE title LIKE '%Moon%'`,
  "every text column": (table) =>
    `SELECT ${texts.map((column) => `sum(length(${column}))`).join(", ")} FROM ${table}`,
};
const texts = releasesV6.columns.filter(({ type }) => type === "VARCHAR").map(({ name }) => name);

/** Extracts the releases to a lake, and makes a variant for each row group size. */
export async function makeVariants(
  lake: string,
  dump: string,
  sizes: readonly number[],
): Promise<ScanVariant[]> {
  const base = join(lake, "base");
  const outputs = [{ dataset: releasesV6, out: base }];
  await extractDump({ source: dump, entity: "release", outputs, clean: false, log: silentLogger });
  const variants: ScanVariant[] = [];
  for (const groupRows of sizes) {
    const schema = `rows_${groupRows}`;
    const directory = join(lake, schema, releasesV6.directory);
    await makeDirectory(directory);
    let bytes = 0;
    for (const name of (await readdir(base)).sort()) {
      const path = join(directory, name);
      await encodeFile(join(base, name), path, groupRows);
      bytes += (await stat(path)).size;
    }
    variants.push({ groupRows, schema, bytes });
  }
  return variants;
}

/** Measures all queries on all variants on the embedded engine. */
export function scanEmbedded(lake: string, variants: readonly ScanVariant[]): Promise<ScanMeasurement[]> {
  return onEmbedded(lake, (engine) => measureScans(engine, variants));
}

/** Measures all queries on all variants on a Trino started for it, with 2 GB of heap. */
export function scanTrino(lake: string, variants: readonly ScanVariant[]): Promise<ScanMeasurement[]> {
  return onTrino({ lake, log: silentLogger, memoryMb: 2048 }, (engine) => measureScans(engine, variants));
}

/** Variants take turns, so that other load on the machine affects all of them. */
async function measureScans(engine: SqlEngine, variants: readonly ScanVariant[]): Promise<ScanMeasurement[]> {
  for (const { schema } of variants) {
    await engine.createSchema(schema);
    await engine.externalTable(schema, datasetTable(releasesV6, schema));
  }
  // All variants have the same releases.
  const id = await someId(engine, variants[0]);
  const measured: ScanMeasurement[] = [];
  for (const [query, sql] of Object.entries(queries)) {
    const seconds = new Map<ScanVariant, number[]>(variants.map((variant) => [variant, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [variant, all] of seconds) {
        const started = process.hrtime.bigint();
        await engine.query(sql(tableOf(variant), id));
        if (round > 0) all.push(Number(process.hrtime.bigint() - started) / 1e9);
      }
    }
    for (const [variant, all] of seconds)
      measured.push({ engine: engine.name, query, variant, seconds: median(all) });
  }
  return measured;
}

/** A release from the middle of the dump. */
async function someId(engine: SqlEngine, variant: ScanVariant | undefined): Promise<bigint> {
  if (variant === undefined) throw new TypeError("there is no variant to measure");
  const table = tableOf(variant);
  const { rows } = await engine.query(
    `SELECT min(release_id) FROM ${table} WHERE release_id > (SELECT max(release_id) / 2 FROM ${table})`,
  );
  return rows[0]?.[0] as bigint;
}

function tableOf({ schema }: ScanVariant): string {
  return `hive.${schema}.${releasesV6.table}`;
}
