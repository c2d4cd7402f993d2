-- The valid value of each run's KPI of set v3: the last event with status ok. A KPI that never had a value is included
-- with its last event, whose details give the reason, usually that the run does not have the dataset.
SELECT event_ts_utc, run_id, schema_name, kpi_name, kpi_value, status, details, schema_version
FROM (
  SELECT
    event_ts_utc, run_id, schema_name, kpi_name, kpi_value, status, details, schema_version,
    row_number() OVER (
      PARTITION BY run_id, kpi_name
      ORDER BY CASE WHEN status = 'ok' THEN 0 ELSE 1 END, event_ts_utc DESC, details DESC NULLS LAST
    ) AS place
  FROM hive.discogs_history.kpi_v3_snapshot_events
) AS events
WHERE place = 1
