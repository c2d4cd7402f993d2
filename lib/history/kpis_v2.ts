/**
 * KPI set v2, in the order of computation: rankings of a run's releases. Each is the query `sql/kpi_v2/<name>.sql`, which
 * returns place, item and n_releases.
 */
export const rankings: readonly string[] = [
  "top_styles",
  "top_genres",
  "top_labels",
  "releases_per_decade",
  "releases_per_country",
  "format_shares",
];
