import type { ExtractedDataset } from "./declaration.ts";

/** Anomalies of a dump as a whole, which are counted with the first of its datasets. */
export const dumpAnomalies = ["implied_root", "control_characters"] as const;
/** Name of such an anomaly. */
export type DumpAnomaly = (typeof dumpAnomalies)[number];

/** Row accounting for a dataset extracted from a dump. */
export interface Accounted {
  rows: number;
  /**
   * Dump elements that were candidates for a row, including those that yielded none; undefined if not
   * counted.
   */
  records?: number | undefined;
  /** Dropped rows, skipped rows and other counted cases, by reason. */
  counts: Readonly<Record<string, number>>;
}

/** Whether a dataset has one row per top-level record, apart from dropped and skipped ones. */
export function isOfRecords(dataset: ExtractedDataset): boolean {
  return dataset.rows.every(({ each }) => each === ".");
}

/**
 * Returns one line if the elements read do not equal the rows plus those dropped or skipped; otherwise none.
 */
export function unaccounted(dataset: ExtractedDataset, { rows, records, counts }: Accounted): string[] {
  if (records === undefined) return [];
  const reasons = dataset.missing.filter(({ action }) => action !== "keep").map(({ reason }) => reason);
  const without = reasons.reduce((sum, reason) => sum + (counts[reason] ?? 0), 0);
  if (records === rows + without) return [];
  return [
    `${dataset.directory}: ${records} elements were read, but there are ${rows} rows, and ${without} were dropped or skipped`,
  ];
}
