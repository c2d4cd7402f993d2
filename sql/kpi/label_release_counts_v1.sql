-- The distribution of releases over labels: in total, for the largest label, and for the ten largest labels.
SELECT
  count(*) AS n_labels_in_counts_table,
  coalesce(CAST(sum(n_total_releases) AS BIGINT), 0) AS label_counts_total_releases,
  coalesce(max(n_total_releases), 0) AS top_label_releases,
  coalesce(CAST(sum(CASE WHEN place <= 10 THEN n_total_releases END) AS BIGINT), 0) AS top10_labels_releases
FROM (
  SELECT n_total_releases, row_number() OVER (ORDER BY n_total_releases DESC) AS place
  FROM hive.discogs.label_release_counts_v1
) AS counted
