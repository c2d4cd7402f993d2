-- Releases: rows, and distinct release ids.
SELECT
  count(*) AS rows_releases_ref_v6,
  count(DISTINCT release_id) AS n_releases_distinct
FROM hive.discogs.releases_ref_v6
