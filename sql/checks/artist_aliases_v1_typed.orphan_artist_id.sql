-- An alias is extracted with its owner, so an owner that is not there is a defect of the extraction.
SELECT
  'artist_aliases_v1_typed.orphan_artist_id' AS check_name,
  'CRITICAL' AS severity,
  count(DISTINCT t.artist_id) AS value,
  'artist_ids that are not in artists_v1_typed' || coalesce('; smallest: ' || CAST(min(t.artist_id) AS VARCHAR), '') AS details
FROM hive.discogs.artist_aliases_v1_typed t
LEFT JOIN hive.discogs.artists_v1_typed r ON r.artist_id = t.artist_id
WHERE t.artist_id <> 0 AND r.artist_id IS NULL
