-- Artists: rows, and distinct artist ids.
SELECT
  count(*) AS rows_artists_v1_typed,
  count(DISTINCT artist_id) AS n_artists_distinct
FROM hive.discogs.artists_v1_typed
