import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { silentLogger } from "../cli/log.ts";
import type { Entity } from "../datasets/declaration.ts";
import { datasetsOf, extractedDatasets } from "../datasets/index.ts";
import { type ExtractOptions, type ExtractResult, extractDump } from "../extract/extract_dump.ts";

/** The text of a dump of these records: the root on line 1, every record at a line start. */
export function dumpText(entity: Entity, records: readonly string[]): string {
  return `<${entity}s>\n${records.map((record) => `${record}\n`).join("")}</${entity}s>\n`;
}

/** Text of 512 characters that hardly compresses, different for each id. */
export function noise(id: number): string {
  return [1, 2, 3, 4].map((part) => createHash("sha512").update(`${id} ${part}`).digest("hex")).join("");
}

/** Writes a dump of these records, gzip unless the name says otherwise, and returns its path. */
export function writeDump(
  dir: string,
  entity: Entity,
  records: readonly string[],
  name = `${entity}s.xml.gz`,
): string {
  const path = join(dir, name);
  const text = dumpText(entity, records);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
}

/** Extracts the canonical datasets of an entity, or all, to directories of their names below `out`. */
export async function extractAll(
  source: string,
  entity: Entity,
  out: string,
  { details = false, ...options }: Partial<ExtractOptions> & { details?: boolean } = {},
): Promise<ExtractResult> {
  const datasets = details ? extractedDatasets.filter((each) => each.entity === entity) : datasetsOf(entity);
  const outputs = datasets.map((dataset) => ({ dataset, out: join(out, dataset.directory) }));
  return extractDump({ source, entity, outputs, clean: false, log: silentLogger, ...options });
}
