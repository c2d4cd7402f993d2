-- Styles of releases: each row of the dataset is a link.
SELECT
  count(*) AS n_release_style_links,
  count(DISTINCT release_id) AS n_releases_with_style,
  count(DISTINCT style_norm) AS n_style_norm_distinct
FROM hive.discogs.release_style_xref_v1
