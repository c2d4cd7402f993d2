-- DuckDB only. The labels that each release names, release by release: a release_id is in one row.
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
