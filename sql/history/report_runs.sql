-- The runs in the registry, with the state that the report page shows.
SELECT run_id, is_active, status, details, dump_month, run_mode, event_ts_utc
FROM hive.discogs_history.run_registry_latest
ORDER BY run_id
