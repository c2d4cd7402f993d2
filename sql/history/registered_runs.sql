-- The runs in the registry, with their state.
SELECT run_id, status FROM hive.discogs_history.run_registry_latest ORDER BY run_id
