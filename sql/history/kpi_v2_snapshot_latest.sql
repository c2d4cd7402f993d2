-- The valid ranking of each run and KPI: the places of its last computation with status ok. An empty ranking is one
-- event with place 0, which is left out here.
SELECT
  event_ts_utc, run_id, schema_name, kpi_name, place, item, n_releases, share_bp, status, details, schema_version
FROM (
  SELECT
    event_ts_utc, run_id, schema_name, kpi_name, place, item, n_releases, share_bp, status, details, schema_version,
    max(event_ts_utc) OVER (PARTITION BY run_id, kpi_name) AS newest
  FROM hive.discogs_history.kpi_v2_snapshot_events
  WHERE status = 'ok'
) AS events
WHERE event_ts_utc = newest AND place > 0
