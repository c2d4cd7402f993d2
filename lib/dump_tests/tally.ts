/** What a dataset must have: rows, and what is dropped, skipped or remarkable, by reason. */
export interface Tally {
  rows: number;
  counts: Record<string, number>;
}

/** What the dump has, counted without the extracting code. */
export interface DumpTally {
  records: number;
  /** By the dataset's directory. */
  datasets: Record<string, Tally>;
}

/** Counts a row, or the first reason why there is none. */
export function addRow(tally: Tally, missing: Readonly<Record<string, boolean>>): void {
  const reason = Object.keys(missing).find((each) => missing[each]);
  if (reason === undefined) tally.rows++;
  else count(tally, reason);
}

/** Adds one to a reason's count. */
export function count(tally: Tally, reason: string): void {
  tally.counts[reason] = (tally.counts[reason] ?? 0) + 1;
}
