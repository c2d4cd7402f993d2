import type { FixtureRow, FixtureTables } from "../../lib/lake/testing/fixture_tables.ts";

// Three months whose tables differ in known ways, and their KPIs, computed by hand.

/** Run id of the first month of the test lake. */
export const JANUARY = "2026-01__20260120_194923";
/** Run id of the second month of the test lake. */
export const FEBRUARY = "2026-02__20260220_194923";
/** Run id of the third month of the test lake. */
export const MARCH = "2026-03__20260320_194923";

const artist = (artist_id: number): FixtureRow => ({ artist_id, name: `Artist ${artist_id}` });
const byArtist = (release_id: number, name: string): FixtureRow => ({
  release_id,
  artist_norm: name.toLowerCase(),
  artist_name: name,
});
const onLabel = (release_id: number, label_name: string, label_catno: string): FixtureRow => ({
  release_id,
  label_name,
  label_norm: label_name.toLowerCase(),
  label_catno,
});
const inStyle = (release_id: number, style: string): FixtureRow => ({
  release_id,
  style,
  style_norm: style.toLowerCase(),
});
const inGenre = (release_id: number, genre: string): FixtureRow => ({
  release_id,
  genre,
  genre_norm: genre.toLowerCase(),
});

/** January has the fixture's own tables; tables that a month omits are those of January. */
export const monthTables: Readonly<Record<string, FixtureTables>> = {
  [JANUARY]: {},
  [FEBRUARY]: {
    artists_v1_typed: [artist(1), artist(2), artist(3)],
    labels_v10: [
      { label_id: 5, name: "Svek" },
      { label_id: 5, name: "Svek again" },
      { label_id: 6, name: "Other" },
    ],
    masters_v1_typed: [{ master_id: 10 }, { master_id: 11 }],
    releases_v6: [
      { release_id: 100, country: "Sweden", released: "1999-03-00", formats: "Vinyl" },
      { release_id: 101, country: "Sweden", released: "1994", formats: "Vinyl, CD" },
      { release_id: 102, country: "Japan", released: "2001-01-01", formats: "Vinyl" },
      { release_id: 103, released: "1980s" },
    ],
    release_artists_v1: [byArtist(100, "One"), byArtist(100, "Two"), byArtist(101, "One")],
    release_label_xref_v1: [
      onLabel(100, "Svek", "SK032"),
      onLabel(100, "Svek", "SK032X"),
      onLabel(101, "SVEK", "SK1"),
      onLabel(102, "Other", "O1"),
    ],
    label_release_counts_v1: [20, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1].map((n_total_releases, index) => ({
      label_norm: `label ${index}`,
      label_name_sample: `Label ${index}`,
      n_total_releases,
    })),
    release_style_xref_v1: [
      inStyle(100, "Techno"),
      inStyle(100, "House"),
      inStyle(101, "Techno"),
      inStyle(101, "TECHNO"),
    ],
    release_genre_xref_v1: [
      inGenre(100, "Funk / Soul"),
      inGenre(101, "Folk, World, & Country"),
      inGenre(102, "Electronic"),
    ],
  },
  [MARCH]: {
    releases_v6: [{ release_id: 200, released: "199" }],
    release_artists_v1: [],
    release_label_xref_v1: [],
    label_release_counts_v1: [],
    release_style_xref_v1: [],
    release_genre_xref_v1: [],
  },
};

/** Values by KPI name for January, February and March. */
const values: Readonly<Record<string, readonly [number, number, number]>> = {
  avg_artists_per_release_bp: [10_000, 7_500, 0],
  avg_genres_per_release_bp: [10_000, 7_500, 0],
  avg_labels_per_release_bp: [10_000, 10_000, 0],
  avg_styles_per_release_bp: [10_000, 10_000, 0],
  label_counts_total_releases: [2, 76, 0],
  n_artists_distinct: [2, 3, 2],
  n_genre_norm_distinct: [1, 3, 0],
  n_label_norm_distinct: [1, 2, 0],
  n_labels_distinct: [1, 2, 1],
  n_labels_in_counts_table: [1, 12, 0],
  n_masters_distinct: [1, 2, 1],
  n_release_artist_links: [2, 3, 0],
  n_release_genre_links: [2, 3, 0],
  n_release_label_links: [2, 4, 0],
  n_release_style_links: [2, 4, 0],
  n_releases_distinct: [2, 4, 1],
  n_releases_with_artist_link: [2, 2, 0],
  n_releases_with_genre: [2, 3, 0],
  n_releases_with_label_link: [2, 3, 0],
  n_releases_with_style: [2, 2, 0],
  n_style_norm_distinct: [1, 2, 0],
  pct_releases_with_artist_link_bp: [10_000, 5_000, 0],
  pct_releases_with_genre_bp: [10_000, 7_500, 0],
  pct_releases_with_label_link_bp: [10_000, 7_500, 0],
  pct_releases_with_style_bp: [10_000, 5_000, 0],
  rows_artists_v1_typed: [2, 3, 2],
  rows_labels_ref_v10: [1, 3, 1],
  rows_masters_v1_typed: [1, 2, 1],
  rows_release_artists_v1: [2, 3, 0],
  rows_release_label_xref_v1: [2, 4, 0],
  rows_releases_ref_v6: [2, 4, 1],
  top10_labels_releases: [2, 74, 0],
  top10_labels_share_bp: [10_000, 9_736, 0],
  top_label_releases: [2, 20, 0],
  top_label_share_bp: [10_000, 2_631, 0],
};

/** Names of all KPIs, in the order of the wide CSV. */
export const expectedNames: readonly string[] = Object.keys(values);

/** The KPIs of a month, as texts by name. */
export function expectedKpis(runId: string): Record<string, string> {
  const index = [JANUARY, FEBRUARY, MARCH].indexOf(runId);
  return Object.fromEntries(Object.entries(values).map(([name, months]) => [name, String(months[index])]));
}

/** February's rankings: kpi_name, place, item, n_releases, share_bp. */
export const februaryRankings: readonly string[] = [
  "format_shares,1,Vinyl,2,5000",
  'format_shares,2,"Vinyl, CD",1,2500',
  "releases_per_country,1,Sweden,2,5000",
  "releases_per_country,2,Japan,1,2500",
  "releases_per_decade,1,1990s,2,5000",
  "releases_per_decade,2,2000s,1,2500",
  "top_genres,1,Electronic,1,2500",
  'top_genres,2,"Folk, World, & Country",1,2500',
  "top_genres,3,Funk / Soul,1,2500",
  "top_labels,1,SVEK,2,5000",
  "top_labels,2,Other,1,2500",
  "top_styles,1,TECHNO,2,5000",
  "top_styles,2,House,1,2500",
];
