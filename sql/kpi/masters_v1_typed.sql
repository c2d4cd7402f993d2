-- Masters: rows, and distinct master ids.
SELECT
  count(*) AS rows_masters_v1_typed,
  count(DISTINCT master_id) AS n_masters_distinct
FROM hive.discogs.masters_v1_typed
