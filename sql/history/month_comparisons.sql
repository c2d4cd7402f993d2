-- Each month's comparison with the nearest month before: the last one, if the runs of these months were compared several times.
SELECT dump_month, from_run, to_run, event_ts_utc
FROM (
  SELECT
    substr(to_run, 1, 7) AS dump_month, from_run, to_run, event_ts_utc,
    row_number() OVER (
      PARTITION BY substr(to_run, 1, 7)
      ORDER BY substr(from_run, 1, 7) DESC, event_ts_utc DESC, to_run DESC, from_run DESC
    ) AS place
  FROM hive.discogs_history.comparison_latest
  WHERE substr(from_run, 1, 7) < substr(to_run, 1, 7)
) AS comparisons
WHERE place = 1
