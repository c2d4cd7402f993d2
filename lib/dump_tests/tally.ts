/** Expected figures of a dataset: rows, and dropped, skipped or otherwise counted ones by reason. */
export interface Tally {
  rows: number;
  counts: Record<string, number>;
}

/** The contents of the dump, counted without the extractor's code. */
export interface DumpTally {
  records: number;
  /** By the dataset's directory. */
  datasets: Record<string, Tally>;
}

/** Counts a row, or the first reason why there is none. Returns whether there is one. */
export function addRow(tally: Tally, missing: Readonly<Record<string, boolean>>): boolean {
  const reason = Object.keys(missing).find((each) => missing[each]);
  if (reason === undefined) tally.rows++;
  else count(tally, reason);
  return reason === undefined;
}

/** Adds one to a reason's count. */
export function count(tally: Tally, reason: string): void {
  tally.counts[reason] = (tally.counts[reason] ?? 0) + 1;
}
