-- The state of each run: its last event, the one with the greatest (event_ts_utc, status, details).
SELECT
  event_ts_utc, run_id, schema_name, is_active, action, status, details,
  dump_month, dump_date, run_mode, git_sha, schema_version
FROM (
  SELECT
    event_ts_utc, run_id, schema_name, is_active, action, status, details,
    dump_month, dump_date, run_mode, git_sha, schema_version,
    row_number() OVER (
      PARTITION BY run_id
      ORDER BY event_ts_utc DESC, status DESC NULLS LAST, details DESC NULLS LAST
    ) AS place
  FROM hive.discogs_history.run_registry_events
) AS events
WHERE place = 1
