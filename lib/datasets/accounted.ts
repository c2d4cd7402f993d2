import type { ExtractedDataset } from "./declaration.ts";

/** What is known of the rows of a dataset that was made of a dump. */
export interface Accounted {
  rows: number;
  /** Elements of the dump that the rows are made of, with those that gave none; undefined where nobody counted. */
  records?: number | undefined;
  /** Dropped and skipped rows, and what else was counted, by reason. */
  counts: Readonly<Record<string, number>>;
}

/** Whether a dataset has one row for each top-level record, but for those that are dropped or skipped. */
export function isOfRecords(dataset: ExtractedDataset): boolean {
  return dataset.rows.every(({ each }) => each === ".");
}

/** One line when the elements that were read are not the rows and those that were dropped or skipped; else none. */
export function unaccounted(dataset: ExtractedDataset, { rows, records, counts }: Accounted): string[] {
  if (records === undefined) return [];
  const reasons = dataset.missing.filter(({ action }) => action !== "keep").map(({ reason }) => reason);
  const without = reasons.reduce((sum, reason) => sum + (counts[reason] ?? 0), 0);
  if (records === rows + without) return [];
  return [
    `${dataset.directory}: ${records} elements were read, but there are ${rows} rows, and ${without} were dropped or skipped`,
  ];
}
