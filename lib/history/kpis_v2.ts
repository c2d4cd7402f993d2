/**
 * KPI set v2, in the order in which it is computed: what a run's releases are, as rankings. Each is the query
 * `sql/kpi_v2/<name>.sql`, whose rows are place, item and n_releases.
 */
export const rankings: readonly string[] = [
  "top_styles",
  "top_genres",
  "top_labels",
  "releases_per_decade",
  "releases_per_country",
  "format_shares",
];
