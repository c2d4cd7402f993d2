-- The artists that are gone, the month since when, and where they went: the artists that at least three of their references
-- each became, one row for each. Those whose references went nowhere, or to too many, come last. Each month counts once, by
-- its last comparison with the nearest month before.
SELECT
  comparison.dump_month AS gone_since,
  change.id AS artist_id,
  moved.to_id AS now_artist_id,
  artist.name AS now_name,
  moved.n_references
FROM hive.discogs_history.month_comparisons AS comparison
JOIN hive.discogs_history.record_changes_latest AS change
  ON change.from_run = comparison.from_run AND change.to_run = comparison.to_run
LEFT JOIN hive.discogs_history.id_moves_latest AS moved
  ON moved.entity = change.entity
  AND moved.from_id = change.id
  AND moved.from_run = change.from_run
  AND moved.to_run = change.to_run
LEFT JOIN hive.discogs.artists_v1_typed AS artist ON artist.artist_id = moved.to_id
WHERE change.entity = 'artist' AND change.change = 'removed'
ORDER BY coalesce(moved.n_references, 0) DESC, gone_since DESC, change.id, moved.to_id
LIMIT 100
