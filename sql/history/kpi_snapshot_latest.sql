-- The valid value of each run's KPI: the last event with status ok.
SELECT event_ts_utc, run_id, schema_name, kpi_name, kpi_value, status, details, schema_version
FROM (
  SELECT
    event_ts_utc, run_id, schema_name, kpi_name, kpi_value, status, details, schema_version,
    row_number() OVER (
      PARTITION BY run_id, kpi_name
      ORDER BY event_ts_utc DESC, details DESC NULLS LAST
    ) AS place
  FROM hive.discogs_history.kpi_snapshot_events
  WHERE status = 'ok'
) AS events
WHERE place = 1
