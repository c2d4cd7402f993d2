-- The xref is made of the releases, so it can't have others.
SELECT
  'release_label_xref_v1.orphan_release_id' AS check_name,
  'CRITICAL' AS severity,
  count(DISTINCT t.release_id) AS value,
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '') AS details
FROM hive.discogs.release_label_xref_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL
