-- KPIs of complete runs whose last computation failed, and when the value still in effect was computed (NULL: never).
-- Excludes KPIs that do not apply to a run because it does not have their dataset.
WITH computed AS (
  SELECT run_id, kpi_name, event_ts_utc, status, details FROM hive.discogs_history.kpi_snapshot_events
  UNION ALL
  SELECT run_id, kpi_name, event_ts_utc, status, details FROM hive.discogs_history.kpi_v2_snapshot_events
  UNION ALL
  SELECT run_id, kpi_name, event_ts_utc, status, details FROM hive.discogs_history.kpi_v3_snapshot_events
),
last_computed AS (
  SELECT
    run_id, kpi_name, status, details,
    max(CASE WHEN status = 'ok' THEN event_ts_utc END) OVER (PARTITION BY run_id, kpi_name) AS value_from,
    row_number() OVER (
      PARTITION BY run_id, kpi_name
      ORDER BY event_ts_utc DESC, status DESC NULLS LAST, details DESC NULLS LAST
    ) AS place
  FROM computed
)
SELECT computation.run_id, computation.kpi_name, computation.details, computation.value_from
FROM last_computed AS computation
JOIN hive.discogs_history.run_registry_latest AS run ON run.run_id = computation.run_id
WHERE computation.place = 1
  AND computation.status = 'failed_query'
  AND coalesce(computation.details, '') NOT LIKE 'not applicable: %'
  AND run.status IN ('ok', 'skipped_active')
ORDER BY computation.run_id, computation.kpi_name
