-- The valid comparison of each pair of runs: the last one with status ok.
SELECT event_ts_utc, from_run, to_run, status, details, schema_version
FROM (
  SELECT
    event_ts_utc, from_run, to_run, status, details, schema_version,
    row_number() OVER (PARTITION BY from_run, to_run ORDER BY event_ts_utc DESC) AS place
  FROM hive.discogs_history.comparison_events
  WHERE status = 'ok'
) AS events
WHERE place = 1
