import { queryFile, type RunQuery } from "./query_run.ts";

/** KPIs that one statement computes, in one pass over a table. */
export interface KpiQuery {
  /** The comment at the top of the file describes its columns. */
  query: RunQuery;
  /** Names of the KPIs, which are the columns of the single row that it returns. */
  kpis: readonly string[];
}

/** A KPI derived from two others: numerator x 10,000 / denominator, in basis points. */
export interface DerivedKpi {
  name: string;
  numerator: string;
  denominator: string;
}

/** KPIs computed and recorded together. */
export interface KpiSet {
  counted: readonly KpiQuery[];
  derived: readonly DerivedKpi[];
  /** Counted only for derived KPIs; they belong to another set. */
  borrowed: readonly KpiQuery[];
}

/** A query file in `sql/kpi/`, and the KPIs that are its columns. */
function counting(name: string, ...kpis: string[]): KpiQuery {
  return { query: queryFile(`kpi/${name}.sql`), kpis };
}

/** Releases: rows and distinct ids. */
export const countedReleases = counting("releases_ref_v6", "rows_releases_ref_v6", "n_releases_distinct");

/** The counted KPIs (the data contract, KPIs). */
export const kpiQueries: readonly KpiQuery[] = [
  countedReleases,
  counting("artists_v1_typed", "rows_artists_v1_typed", "n_artists_distinct"),
  counting("labels_ref_v10", "rows_labels_ref_v10", "n_labels_distinct"),
  counting("masters_v1_typed", "rows_masters_v1_typed", "n_masters_distinct"),
  counting(
    "release_artists_v1",
    "rows_release_artists_v1",
    "n_release_artist_links",
    "n_releases_with_artist_link",
  ),
  counting(
    "release_label_xref_v1",
    "rows_release_label_xref_v1",
    "n_release_label_links",
    "n_releases_with_label_link",
    "n_label_norm_distinct",
  ),
  counting(
    "release_style_xref_v1",
    "n_release_style_links",
    "n_releases_with_style",
    "n_style_norm_distinct",
  ),
  counting(
    "release_genre_xref_v1",
    "n_release_genre_links",
    "n_releases_with_genre",
    "n_genre_norm_distinct",
  ),
  counting(
    "label_release_counts_v1",
    "n_labels_in_counts_table",
    "label_counts_total_releases",
    "top_label_releases",
    "top10_labels_releases",
  ),
];

/** A KPI per release of the run. */
export const ofReleases = (name: string, numerator: string): DerivedKpi => ({
  name,
  numerator,
  denominator: "n_releases_distinct",
});

const ofLabelCounts = (name: string, numerator: string): DerivedKpi => ({
  name,
  numerator,
  denominator: "label_counts_total_releases",
});

/** KPIs derived from other KPIs. */
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

/** The KPIs of the data contract. */
export const kpisV1: KpiSet = { counted: kpiQueries, derived: derivedKpis, borrowed: [] };

/** The names of all KPIs of a set, in alphabetical order: the columns of its wide CSV. */
export function namesOf({ counted, derived }: KpiSet): string[] {
  return [...counted.flatMap(({ kpis }) => kpis), ...derived.map(({ name }) => name)].sort();
}

/** Numerator x 10,000 / denominator, truncated to an integer; 0 when the denominator is 0. */
export function basisPoints(numerator: bigint, denominator: bigint): bigint {
  return denominator === 0n ? 0n : (numerator * 10_000n) / denominator;
}
