-- Masters name their main release, and releases state whether they are one. Compared only if the dump states both.
SELECT
  'masters_v1_typed.main_release' AS check_name,
  'INFO' AS severity,
  count(*) AS value,
  'releases that are the main one for their master or for themselves, but not for both' AS details
FROM hive.discogs.releases_ref_v6 r
JOIN hive.discogs.masters_v1_typed m ON m.master_id = r.master_id
WHERE r.is_main_release IS NOT NULL
  AND r.is_main_release <> coalesce(m.main_release_id = r.release_id, false)
