-- Labels of releases: each row of the dataset is a link, so every catalogue number counts.
SELECT
  count(*) AS rows_release_label_xref_v1,
  count(*) AS n_release_label_links,
  count(DISTINCT release_id) AS n_releases_with_label_link,
  count(DISTINCT label_norm) AS n_label_norm_distinct
FROM hive.discogs.release_label_xref_v1
