/** KPIs that one statement computes, in one pass over a table. */
export interface KpiQuery {
  /** Below `sql/`; the comment at the top of the file says what its columns count. */
  file: string;
  /** Names of the KPIs, which are the columns of the one row that it gives. */
  kpis: readonly string[];
}

/** A KPI that is computed from two others: numerator x 10,000 / denominator, in basis points. */
export interface DerivedKpi {
  name: string;
  numerator: string;
  denominator: string;
}

/** The counted KPIs (the data contract, KPIs). */
export const kpiQueries: readonly KpiQuery[] = [
  { file: "kpi/releases_ref_v6.sql", kpis: ["rows_releases_ref_v6", "n_releases_distinct"] },
  { file: "kpi/artists_v1_typed.sql", kpis: ["rows_artists_v1_typed", "n_artists_distinct"] },
  { file: "kpi/labels_ref_v10.sql", kpis: ["rows_labels_ref_v10", "n_labels_distinct"] },
  { file: "kpi/masters_v1_typed.sql", kpis: ["rows_masters_v1_typed", "n_masters_distinct"] },
  {
    file: "kpi/release_artists_v1.sql",
    kpis: ["rows_release_artists_v1", "n_release_artist_links", "n_releases_with_artist_link"],
  },
  {
    file: "kpi/release_label_xref_v1.sql",
    kpis: [
      "rows_release_label_xref_v1",
      "n_release_label_links",
      "n_releases_with_label_link",
      "n_label_norm_distinct",
    ],
  },
  {
    file: "kpi/release_style_xref_v1.sql",
    kpis: ["n_release_style_links", "n_releases_with_style", "n_style_norm_distinct"],
  },
  {
    file: "kpi/release_genre_xref_v1.sql",
    kpis: ["n_release_genre_links", "n_releases_with_genre", "n_genre_norm_distinct"],
  },
  {
    file: "kpi/label_release_counts_v1.sql",
    kpis: [
      "n_labels_in_counts_table",
      "label_counts_total_releases",
      "top_label_releases",
      "top10_labels_releases",
    ],
  },
];

const ofReleases = (name: string, numerator: string): DerivedKpi => ({
  name,
  numerator,
  denominator: "n_releases_distinct",
});

const ofLabelCounts = (name: string, numerator: string): DerivedKpi => ({
  name,
  numerator,
  denominator: "label_counts_total_releases",
});

export const derivedKpis: readonly DerivedKpi[] = [
  ofReleases("avg_artists_per_release_bp", "n_release_artist_links"),
  ofReleases("avg_labels_per_release_bp", "n_release_label_links"),
  ofReleases("avg_styles_per_release_bp", "n_release_style_links"),
  ofReleases("avg_genres_per_release_bp", "n_release_genre_links"),
  ofReleases("pct_releases_with_artist_link_bp", "n_releases_with_artist_link"),
  ofReleases("pct_releases_with_label_link_bp", "n_releases_with_label_link"),
  ofReleases("pct_releases_with_style_bp", "n_releases_with_style"),
  ofReleases("pct_releases_with_genre_bp", "n_releases_with_genre"),
  ofLabelCounts("top_label_share_bp", "top_label_releases"),
  ofLabelCounts("top10_labels_share_bp", "top10_labels_releases"),
];

/** Every KPI, in alphabetical order: the columns of the wide CSV. */
export const kpiNames: readonly string[] = [
  ...kpiQueries.flatMap(({ kpis }) => kpis),
  ...derivedKpis.map(({ name }) => name),
].sort();

/** Numerator x 10,000 / denominator, cut to a whole number; 0 when the denominator is 0. */
export function basisPoints(numerator: bigint, denominator: bigint): bigint {
  return denominator === 0n ? 0n : (numerator * 10_000n) / denominator;
}
