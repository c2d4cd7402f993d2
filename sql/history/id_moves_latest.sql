-- The ids that replaced removed ids in references, according to the valid comparison of each pair.
SELECT
  change.event_ts_utc, change.from_run, change.to_run,
  change.entity, change.from_id, change.to_id, change.n_references
FROM hive.discogs_history.id_moves AS change
JOIN hive.discogs_history.comparison_latest AS comparison
  ON comparison.from_run = change.from_run
  AND comparison.to_run = change.to_run
  AND comparison.event_ts_utc = change.event_ts_utc
