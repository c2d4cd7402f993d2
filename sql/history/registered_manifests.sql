-- The sha256 of each run's manifest as first recorded by the registry, in details: manifest_sha256=...
SELECT run_id, event_ts_utc, details
FROM (
  SELECT
    run_id, event_ts_utc, details,
    row_number() OVER (PARTITION BY run_id ORDER BY event_ts_utc) AS place
  FROM hive.discogs_history.run_registry_events
  WHERE status IN ('ok', 'skipped_active') AND details LIKE 'manifest_sha256=%'
) AS events
WHERE place = 1
ORDER BY run_id
