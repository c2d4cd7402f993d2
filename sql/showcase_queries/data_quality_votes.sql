-- The votes on data quality that changed, by kind of record and month, and what the records are voted now. Each month counts
-- once, by its last comparison with the nearest month before.
WITH quality AS (
  SELECT 'artist' AS entity, artist_id AS id, data_quality FROM hive.discogs.artists_v1_typed
  UNION ALL
  SELECT 'label', label_id, data_quality FROM hive.discogs.labels_ref_v10
  UNION ALL
  SELECT 'master', master_id, data_quality FROM hive.discogs.masters_v1_typed
  UNION ALL
  SELECT 'release', release_id, data_quality FROM hive.discogs.releases_ref_v6
)
SELECT
  comparison.dump_month,
  change.entity,
  coalesce(quality.data_quality, 'none') AS now,
  count(DISTINCT change.id) AS n_records
FROM hive.discogs_history.month_comparisons AS comparison
JOIN hive.discogs_history.record_changes_latest AS change
  ON change.from_run = comparison.from_run AND change.to_run = comparison.to_run
CROSS JOIN UNNEST(change.changed_columns) AS changed (column_name)
JOIN quality ON quality.entity = change.entity AND quality.id = change.id
WHERE change.change = 'changed' AND changed.column_name LIKE '%.data_quality'
GROUP BY comparison.dump_month, change.entity, coalesce(quality.data_quality, 'none')
ORDER BY dump_month DESC, change.entity, n_records DESC, now
