import { extractedDatasets } from "../datasets/index.ts";
import type { Column } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import type { ColumnMeasures, DatasetMeasures, ReferenceMeasures } from "../lake/measures.ts";
import type { CheckResult } from "./check.ts";
import type { DatasetCounts } from "./drift_rules.ts";

/** Limits of a column that hold for any month, whatever its size. */
interface ColumnFloor {
  /** Smallest fill rate, in percent. */
  filledPct?: number;
  /** Smallest and largest number of distinct values. */
  leastDistinct?: number;
  mostDistinct?: number;
  /** Largest mean length of a text, in bytes. */
  mostLength?: number;
}

/** Smaller datasets are not checked. */
const ENOUGH_ROWS = 1_000;
/** Number of references needed to judge whether they resolve. */
const ENOUGH_REFERENCES = 100;
/** A dataset with this many rows is no longer an excerpt of a dump, in which most references lead outside. */
const WHOLE_MONTH = 100_000;
/** Largest percentage of texts in a column that may look wrongly decoded; in the real dumps it is below one. */
const GARBLED_PCT = 2;

/** A name or title: nearly always filled, short and varied. */
const NAME: ColumnFloor = { filledPct: 95, leastDistinct: 100, mostLength: 100 };
/** Names shared by many rows: an excerpt may cover only a few labels. */
const SHARED_NAME: ColumnFloor = { ...NAME, leastDistinct: 20 };
/** A value from a small vocabulary. */
const WORD: ColumnFloor = { mostDistinct: 50, mostLength: 50 };

/**
 * Known about the dumps of all years, with a margin: in the first 1,000 records of each dump of 2020-08 and in whole
 * dumps, artists' names have 14 bytes on average, titles 20, and there are about 280 countries and 15 genres.
 */
const FLOORS: Readonly<Record<string, Readonly<Record<string, ColumnFloor>>>> = {
  artists_v1_typed: { name: NAME, data_quality: WORD },
  artist_aliases_v1_typed: { alias_name: NAME },
  artist_memberships_v1_typed: { group_name: NAME, member_name: NAME },
  masters_v1_typed: {
    title: NAME,
    year: { mostDistinct: 500 },
    data_quality: WORD,
    artist_refs: { filledPct: 50 },
    genre_list: { filledPct: 50 },
  },
  releases_v6: {
    title: NAME,
    artists: { filledPct: 95, leastDistinct: 100 },
    labels: { filledPct: 50, leastDistinct: 20 },
    country: { filledPct: 20, mostDistinct: 500, mostLength: 50 },
    formats: { filledPct: 50 },
    genres: { filledPct: 50 },
    status: WORD,
    released: { filledPct: 20, mostLength: 30 },
    data_quality: WORD,
    artist_refs: { filledPct: 50 },
    label_refs: { filledPct: 50 },
    genre_list: { filledPct: 50 },
  },
  labels_v10: { name: NAME, data_quality: WORD },
  release_artists_v1: { artist_name: SHARED_NAME },
  release_label_xref_v1: { label_name: SHARED_NAME },
  release_style_xref_v1: { style: { mostDistinct: 3_000, mostLength: 50 } },
  release_genre_xref_v1: { genre: { mostDistinct: 200, mostLength: 50 } },
};

/** Datasets that must have rows when their source has at least {@link ENOUGH_ROWS}. */
const ROWS_WITH: Readonly<Record<string, string>> = {
  artist_aliases_v1_typed: "artists_v1_typed",
  artist_memberships_v1_typed: "artists_v1_typed",
  artist_name_map_v1: "artists_v1_typed",
  artist_names_v1: "artists_v1_typed",
  release_tracks_v1: "releases_v6",
  release_credits_v1: "releases_v6",
  release_formats_v1: "releases_v6",
  release_artists_v1: "releases_v6",
  release_label_xref_v1: "releases_v6",
  label_release_counts_v1: "releases_v6",
  release_style_xref_v1: "releases_v6",
  release_genre_xref_v1: "releases_v6",
};

/** A dataset of a month, judged on its own. */
export interface LoneDataset extends DatasetCounts {
  measures: DatasetMeasures;
}

/**
 * Checks a dataset of a first run, which has no baseline. `rowsOf` gives the row counts of the run's datasets by table,
 * to tell a whole month from an excerpt.
 */
export function floorChecks(
  name: string,
  dataset: LoneDataset,
  rowsOf: (dataset: string) => number,
  targetOf: (reference: string) => string,
): CheckResult[] {
  const { rows, counts, measures } = dataset;
  const checks: CheckResult[] = [];
  const source = ROWS_WITH[name];
  if (source !== undefined && rowsOf(source) >= ENOUGH_ROWS) {
    const details = `rows; at least one expected, since ${source} has ${rowsOf(source)} rows`;
    checks.push(check(`${name}.rows`, rows > 0, rows, details));
  }
  for (const [reason, count] of Object.entries(counts)) {
    if (rows + count < ENOUGH_ROWS) continue;
    const details = `${count} beside ${rows} rows; at most as many as rows expected`;
    checks.push(check(`${name}.${reason}`, count <= rows, count, details));
  }
  if (rows >= ENOUGH_ROWS) {
    for (const [column, found] of Object.entries(measures.columns)) {
      checks.push(...columnFloorChecks(`${name}.${column}`, found, rows, FLOORS[name]?.[column] ?? {}));
    }
  }
  for (const [column, found] of Object.entries(measures.references)) {
    if (found.references < ENOUGH_REFERENCES) continue;
    checks.push(orphansCheck(`${name}.${column}.orphans`, found, rowsOf(targetOf(column))));
  }
  return checks;
}

function columnFloorChecks(
  name: string,
  { filled, distinct, bytes, garbled }: ColumnMeasures,
  rows: number,
  floor: ColumnFloor,
): CheckResult[] {
  const { filledPct, leastDistinct = 0, mostDistinct = Number.POSITIVE_INFINITY, mostLength } = floor;
  const checks: CheckResult[] = [];
  if (filledPct !== undefined) {
    const details = `filled in ${filled} of ${rows} rows; at least ${filledPct} % expected`;
    checks.push(check(name, filled * 100 >= filledPct * rows, filled, details));
  }
  // An empty column is reported by the `filled` check.
  if (filled === 0) return checks;
  if (distinct !== undefined && (leastDistinct > 0 || mostDistinct < Number.POSITIVE_INFINITY)) {
    const limits = leastDistinct > 0 ? `at least ${leastDistinct}` : `at most ${mostDistinct}`;
    const details = `about ${distinct} distinct values in ${filled}; ${limits} expected`;
    checks.push(
      check(`${name}.distinct`, distinct >= leastDistinct && distinct <= mostDistinct, distinct, details),
    );
  }
  if (bytes !== undefined && mostLength !== undefined) {
    const details = `${bytes} bytes in ${filled} values; a mean of at most ${mostLength} expected`;
    checks.push(check(`${name}.length`, bytes <= mostLength * filled, bytes, details));
  }
  if (garbled !== undefined && filled >= ENOUGH_ROWS) {
    const details = `of ${filled} texts look wrongly decoded; at most ${GARBLED_PCT} % expected`;
    checks.push(check(`${name}.garbled`, garbled * 100 <= GARBLED_PCT * filled, garbled, details));
  }
  return checks;
}

/** Not every reference may be an orphan; in a whole month, at most half of them. */
function orphansCheck(
  name: string,
  { references, orphans }: ReferenceMeasures,
  targets: number,
): CheckResult {
  const isWhole = targets >= WHOLE_MONTH;
  const ok = isWhole ? orphans * 2 <= references : orphans < references;
  const limit = isWhole ? "at most half of them" : "not all of them";
  return check(name, ok, orphans, `orphans of ${references} references; ${limit} expected`);
}

/**
 * Checks that the columns declared as expected have a value at all (the data contract, Filled columns); in any run, for
 * datasets with at least 1,000 rows.
 */
export function expectedChecks(name: string, rows: number, measures: DatasetMeasures): CheckResult[] {
  if (rows < ENOUGH_ROWS) return [];
  return expectedColumns(name).map((column) => {
    const filled = measures.columns[column]?.filled ?? 0;
    return check(
      `${name}.${column}`,
      filled > 0,
      filled,
      `filled in ${filled} of ${rows} rows; at least one value expected`,
    );
  });
}

function expectedColumns(name: string): string[] {
  const dataset = extractedDatasets.find(({ directory }) => datasetName(directory) === name);
  const columns: readonly Column[] = dataset?.columns ?? [];
  return columns.filter((column) => column.expected === true).map((column) => column.name);
}

function check(name: string, ok: boolean, value: number, details: string): CheckResult {
  return { name, severity: "CRITICAL", ok, value: BigInt(value), details };
}
