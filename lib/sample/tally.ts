import { type ExtractedDataset, reasonsOf } from "../datasets/declaration.ts";
import { canonicalDatasets, detailDatasets } from "../datasets/index.ts";
import type { SampleCounts } from "./world.ts";

/**
 * Oddities of the real dumps that a sample contains in known numbers, each with a description of one case.
 */
const ODDITIES = {
  records_with_carriage_return: "a record with a CR, written as &#13;",
  records_with_tab: "a record with a TAB, written as &#9;",
  records_with_line_feed: "a record with a raw LF in its text, so that it spans several lines",
  records_with_numeric_references: "a record with a character outside ASCII as a numeric reference",
  artist_without_name: "an artist without <name> (66827)",
  artist_name_with_comma: "an artist whose name contains ', '",
  artist_name_with_slash: "an artist whose name contains '/'",
  artist_name_with_ampersand: "an artist whose name contains '&'",
  artist_name_with_number: "an artist whose name ends in ' (2)' or another number",
  artist_name_cjk: "an artist whose name contains Han, Kana or Hangul",
  artist_name_rtl: "an artist whose name contains Hebrew or Arabic",
  artist_name_astral: "an artist whose name contains characters beyond U+FFFF",
  artist_name_nbsp: "an artist whose name contains U+00A0",
  alias_without_id: "an alias without an id",
  alias_without_name: "an alias with an id and no text",
  alias_of_absent_artist: "an alias whose id no artist of the dump has",
  member_without_id: "a member without an id",
  member_of_absent_artist: "a member or group whose id no artist of the dump has",
  label_without_name: "a top-level label without <name> (212)",
  parent_label_without_text: "a <parentLabel id='212'/> without text",
  sublabel_of_absent_label: "a sublabel whose id no label of the dump has",
  master_year_zero: "a master whose year is 0",
  master_artist_without_id: "an artist of a master without an id",
  artist_194: "a reference to 194 (Various) in a master or release",
  artist_355: "a reference to 355 (Unknown Artist) in a master or release",
  artist_118760: "a reference to 118760 (No Artist) in a master or release",
  release_master_id_zero: "a release without a master: master_id 0 (absent in old shapes)",
  release_of_absent_master: "a release whose master_id no master of the dump has",
  release_credit: "a credit (release-level extraartists/artist)",
  release_credit_without_id: "a credit without an artist id (0 in old shapes)",
  release_long_role: "a credit whose role is longer than 2,000 characters",
  release_qty_beyond_64_bits: "a format whose qty does not fit 64 bits (release 8262262)",
  release_168_cds: "a release with 168 CDs",
  release_without_released: "a release without <released>",
  released_empty: "an empty <released/>",
  released_year: "a released of four digits",
  released_full_date: "a released of YYYY-MM-DD",
  released_month_00: "a released of YYYY-MM-00",
  released_month: "a released of YYYY-MM",
  released_junk: 'any other released ("1980s", "1999-13-01")',
  catno_with_tab: "a label's catno with a TAB in it",
  company_without_id: "a company without an id",
  release_genre_folk_world_country: "a release with the genre 'Folk, World, & Country'",
  release_genre_funk_soul: "a release with the genre 'Funk / Soul'",
  release_with_sub_tracks: "a release with sub_tracks",
  track_heading: "a track with neither a position nor a duration",
  track_without_title: "a track whose title is empty",
  duration_beyond_an_hour: "a duration with hours, or of 60 minutes or more",
  duration_unreadable: 'a duration that is not a valid time ("4:61")',
  role_with_detail: "a role with a detail in brackets",
  role_of_several: "a role that contains ', '",
  role_never_closed: "a role with a bracket that is never closed",
  format_of_several: "a release with several formats",
  video_not_embeddable: 'a video with embed="false"',
  release_with_astral_title: "a release whose title contains characters beyond U+FFFF",
} as const;

/** Name of an oddity. */
export type Oddity = keyof typeof ODDITIES;

/** Expected row count of a dataset, and the rows it lacks (or counts), by reason. */
export interface ExpectedRows {
  rows: number;
  /** Keyed by the reasons of the dataset's declaration, all present. */
  counts: Record<string, number>;
}

/** How a month differs from the same one without growth and changes, by kind of record. */
export type SampleChanges = Record<
  keyof SampleCounts,
  {
    added: number;
    /** Gone, and referred to as before. */
    removed: number;
    /** Gone, and referred to under the id of another record. */
    merged: number;
    /** Edited, or with references to records that were merged. */
    changed: number;
  }
>;

/** Counts of what has been written so far. */
export interface Tally {
  changes: SampleChanges;
  oddities: Record<Oddity, number>;
  /** By dataset directory. */
  datasets: Record<string, ExpectedRows>;
  /** Rows by directory of each detail dataset. */
  details: Record<string, number>;
}

/** A tally with every count at zero. */
export function createTally(): Tally {
  const names = Object.keys(ODDITIES) as Oddity[];
  const none = () => ({ added: 0, removed: 0, merged: 0, changed: 0 });
  return {
    changes: { artists: none(), labels: none(), masters: none(), releases: none() },
    oddities: Object.fromEntries(names.map((name) => [name, 0])) as Record<Oddity, number>,
    datasets: Object.fromEntries(
      canonicalDatasets.map((dataset) => [
        dataset.directory,
        { rows: 0, counts: Object.fromEntries(reasonsOf(dataset).map((reason) => [reason, 0])) },
      ]),
    ),
    details: Object.fromEntries(detailDatasets.map(({ directory }) => [directory, 0])),
  };
}

/** Counts an oddity if `condition` holds. */
export function note(tally: Tally, oddity: Oddity, condition = true): void {
  if (condition) tally.oddities[oddity] += 1;
}

/** Counts a row of a dataset according to its declaration; `absent` names the columns without a value. */
export function expectRow(tally: Tally, dataset: ExtractedDataset, absent: readonly string[] = []): void {
  const expected = tally.datasets[dataset.directory];
  if (expected === undefined) throw new TypeError(`${dataset.directory} is not a canonical dataset`);
  for (const { column, reason, action } of dataset.missing) {
    if (!absent.includes(column)) continue;
    expected.counts[reason] = (expected.counts[reason] ?? 0) + 1;
    if (action !== "keep") return;
  }
  expected.rows += 1;
}

/** Adds the tally of a section of the records. */
export function addTally(tally: Tally, part: Tally): void {
  for (const name of Object.keys(part.oddities) as Oddity[]) tally.oddities[name] += part.oddities[name];
  for (const [directory, rows] of Object.entries(part.details)) {
    tally.details[directory] = (tally.details[directory] ?? 0) + rows;
  }
  for (const [kind, changes] of Object.entries(tally.changes)) {
    const more = part.changes[kind as keyof SampleChanges];
    for (const name of ["added", "removed", "merged", "changed"] as const) changes[name] += more[name];
  }
  for (const [directory, { rows, counts }] of Object.entries(part.datasets)) {
    const expected = tally.datasets[directory];
    if (expected === undefined) throw new TypeError(`${directory} is not a canonical dataset`);
    expected.rows += rows;
    for (const [reason, count] of Object.entries(counts)) {
      expected.counts[reason] = (expected.counts[reason] ?? 0) + count;
    }
  }
}
