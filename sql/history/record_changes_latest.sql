-- The records that differ between two runs, according to the valid comparison of each pair.
SELECT
  change.event_ts_utc, change.from_run, change.to_run,
  change.entity, change.id, change.change, change.changed_columns
FROM hive.discogs_history.record_changes AS change
JOIN hive.discogs_history.comparison_latest AS comparison
  ON comparison.from_run = change.from_run
  AND comparison.to_run = change.to_run
  AND comparison.event_ts_utc = change.event_ts_utc
