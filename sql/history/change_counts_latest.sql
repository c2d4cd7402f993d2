-- The number of differing values per column and dataset, according to the valid comparison of each pair.
SELECT
  change.event_ts_utc, change.from_run, change.to_run,
  change.entity, change.dataset, change.column_name, change.added, change.removed, change.changed
FROM hive.discogs_history.change_counts AS change
JOIN hive.discogs_history.comparison_latest AS comparison
  ON comparison.from_run = change.from_run
  AND comparison.to_run = change.to_run
  AND comparison.event_ts_utc = change.event_ts_utc
