-- history_kpis_v2_long: every valid ranking of the runs that are or were complete, including those that have left the
-- lake.
SELECT
  kpi.event_ts_utc, kpi.run_id, kpi.schema_name, kpi.kpi_name,
  kpi.place, kpi.item, kpi.n_releases, kpi.share_bp, kpi.status, kpi.details
FROM hive.discogs_history.kpi_v2_snapshot_latest AS kpi
JOIN hive.discogs_history.run_registry_latest AS run ON run.run_id = kpi.run_id
WHERE run.status IN ('ok', 'skipped_active', 'archived', 'missing')
ORDER BY kpi.run_id, kpi.kpi_name, kpi.place
