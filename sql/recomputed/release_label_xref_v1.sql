-- DuckDB only. The labels named by each release, one release at a time: every release_id is in one row of the releases.
SELECT
  release_id,
  named.name AS label_name,
  lower(named.name) AS label_norm,
  named.catno AS label_catno,
  named.label_id AS label_id
FROM (
  SELECT release_id, unnest(list_distinct([ref FOR ref IN label_refs IF ref.name IS NOT NULL])) AS named
  FROM hive.discogs.releases_ref_v6
)
