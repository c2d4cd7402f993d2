-- The masters dump lacks some masters that releases refer to: an anomaly of the dumps. 0 means none.
SELECT
  'releases_v6.orphan_master_id' AS check_name,
  'INFO' AS severity,
  count(DISTINCT t.master_id) AS value,
  'master_ids that are not in masters_v1_typed' || coalesce('; smallest: ' || CAST(min(t.master_id) AS VARCHAR), '') AS details
FROM hive.discogs.releases_ref_v6 t
LEFT JOIN hive.discogs.masters_v1_typed r ON r.master_id = t.master_id
WHERE t.master_id <> 0 AND r.master_id IS NULL
