-- Releases refer to artists that the artists dump does not have (194, Various): an anomaly of the dumps.
SELECT
  'release_artists_v1.orphan_artist_id' AS check_name,
  'INFO' AS severity,
  count(DISTINCT t.artist_id) AS value,
  'artist_ids that are not in artists_v1_typed' || coalesce('; smallest: ' || CAST(min(t.artist_id) AS VARCHAR), '') AS details
FROM hive.discogs.release_artists_v1 t
LEFT JOIN hive.discogs.artists_v1_typed r ON r.artist_id = t.artist_id
WHERE t.artist_id <> 0 AND r.artist_id IS NULL
