-- The sanity report of the run that hive.discogs resolves to: one statement per check, each returning one row.
-- Separate statements need memory for only one join at a time. Portable: they run unchanged on Trino and DuckDB.
-- `value` is the count that `details` describes; lib/checks/sanity_report.ts decides whether it passes. Id 0 is the
-- dumps' "none" and never an orphan. Generated from the declarations in lib/datasets/ by
-- scripts/describe_sanity_report.ts; a test fails when this file differs from the script's output.
SELECT
  'artists_v1.rows' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'rows' AS details
FROM hive.discogs.artists_v1_typed;

SELECT
  'artists_v1.null_artist_id' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'rows without artist_id' AS details
FROM hive.discogs.artists_v1_typed
WHERE artist_id IS NULL;

SELECT
  'artist_aliases_v1.orphan_artist_id_rows' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'rows whose artist_id is not in artists_v1_typed' || coalesce('; smallest: ' || CAST(min(t.artist_id) AS VARCHAR), '') AS details
FROM hive.discogs.artist_aliases_v1_typed t
LEFT JOIN hive.discogs.artists_v1_typed r ON r.artist_id = t.artist_id
WHERE t.artist_id <> 0 AND r.artist_id IS NULL;

SELECT
  'labels_ref_v10.null_label_id' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'rows without label_id' AS details
FROM hive.discogs.labels_ref_v10
WHERE label_id IS NULL;

SELECT
  'masters_v1.null_master_id' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'rows without master_id' AS details
FROM hive.discogs.masters_v1_typed
WHERE master_id IS NULL;

SELECT
  'masters_v1.duplicate_master_ids' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'duplicate master_ids' || coalesce('; smallest: ' || CAST(min(master_id) AS VARCHAR), '') AS details
FROM (SELECT master_id FROM hive.discogs.masters_v1_typed GROUP BY master_id HAVING count(*) > 1) t;

SELECT
  'releases_ref_v6.null_release_id' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'rows without release_id' AS details
FROM hive.discogs.releases_ref_v6
WHERE release_id IS NULL;

SELECT
  'releases_ref_v6.duplicate_release_ids' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'duplicate release_ids' || coalesce('; smallest: ' || CAST(min(release_id) AS VARCHAR), '') AS details
FROM (SELECT release_id FROM hive.discogs.releases_ref_v6 GROUP BY release_id HAVING count(*) > 1) t;

SELECT
  'artists_v1.empty_name' AS check_name,
  'WARN' AS severity,
  count(*) AS value,
  'artists without a name' || coalesce('; smallest artist_id: ' || CAST(min(artist_id) AS VARCHAR), '') AS details
FROM hive.discogs.artists_v1_typed
WHERE name IS NULL OR name = '';

SELECT
  'artist_memberships_v1.orphan_member_ids' AS check_name,
  'WARN' AS severity,
  count(DISTINCT t.member_id) AS value,
  'member_ids that are not in artists_v1_typed' || coalesce('; smallest: ' || CAST(min(t.member_id) AS VARCHAR), '') AS details
FROM hive.discogs.artist_memberships_v1_typed t
LEFT JOIN hive.discogs.artists_v1_typed r ON r.artist_id = t.member_id
WHERE t.member_id <> 0 AND r.artist_id IS NULL;

SELECT
  'artist_memberships_v1.orphan_group_ids' AS check_name,
  'WARN' AS severity,
  count(DISTINCT t.group_id) AS value,
  'group_ids that are not in artists_v1_typed' || coalesce('; smallest: ' || CAST(min(t.group_id) AS VARCHAR), '') AS details
FROM hive.discogs.artist_memberships_v1_typed t
LEFT JOIN hive.discogs.artists_v1_typed r ON r.artist_id = t.group_id
WHERE t.group_id <> 0 AND r.artist_id IS NULL;

SELECT
  'masters_v1.orphan_main_release_id' AS check_name,
  'WARN' AS severity,
  count(*) AS value,
  'rows whose main_release_id is not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.main_release_id) AS VARCHAR), '') AS details
FROM hive.discogs.masters_v1_typed t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.main_release_id
WHERE t.main_release_id <> 0 AND r.release_id IS NULL;

SELECT
  'warehouse.artist_name_map_v1.orphan_artist_ids' AS check_name,
  'WARN' AS severity,
  count(DISTINCT t.artist_id) AS value,
  'artist_ids that are not in artists_v1_typed' || coalesce('; smallest: ' || CAST(min(t.artist_id) AS VARCHAR), '') AS details
FROM hive.discogs.artist_name_map_v1 t
LEFT JOIN hive.discogs.artists_v1_typed r ON r.artist_id = t.artist_id
WHERE t.artist_id <> 0 AND r.artist_id IS NULL;

SELECT
  'warehouse.release_artists_v1.orphan_release_ids' AS check_name,
  'WARN' AS severity,
  count(DISTINCT t.release_id) AS value,
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '') AS details
FROM hive.discogs.release_artists_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL;

SELECT
  'warehouse.release_label_xref_v1.orphan_release_ids' AS check_name,
  'WARN' AS severity,
  count(DISTINCT t.release_id) AS value,
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '') AS details
FROM hive.discogs.release_label_xref_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL;

SELECT
  'warehouse.release_style_xref_v1.orphan_release_ids' AS check_name,
  'WARN' AS severity,
  count(DISTINCT t.release_id) AS value,
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '') AS details
FROM hive.discogs.release_style_xref_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL;

SELECT
  'warehouse.release_genre_xref_v1.orphan_release_ids' AS check_name,
  'WARN' AS severity,
  count(DISTINCT t.release_id) AS value,
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '') AS details
FROM hive.discogs.release_genre_xref_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL;

SELECT
  'artist_aliases_v1.orphan_alias_rows' AS check_name,
  'INFO' AS severity,
  count(*) AS value,
  'rows whose alias_id is not in artists_v1_typed' || coalesce('; smallest: ' || CAST(min(t.alias_id) AS VARCHAR), '') AS details
FROM hive.discogs.artist_aliases_v1_typed t
LEFT JOIN hive.discogs.artists_v1_typed r ON r.artist_id = t.alias_id
WHERE t.alias_id <> 0 AND r.artist_id IS NULL;

SELECT
  'labels_ref_v10.duplicate_label_id_groups' AS check_name,
  'INFO' AS severity,
  count(*) AS value,
  'duplicate label_ids' || coalesce('; smallest: ' || CAST(min(label_id) AS VARCHAR), '') AS details
FROM (SELECT label_id FROM hive.discogs.labels_ref_v10 GROUP BY label_id HAVING count(*) > 1) t;

SELECT
  'labels_ref_v10.orphan_parent_label_ids' AS check_name,
  'INFO' AS severity,
  count(DISTINCT t.parent_label_id) AS value,
  'parent_label_ids that are not in labels_ref_v10' || coalesce('; smallest: ' || CAST(min(t.parent_label_id) AS VARCHAR), '') AS details
FROM hive.discogs.labels_ref_v10 t
LEFT JOIN hive.discogs.labels_ref_v10 r ON r.label_id = t.parent_label_id
WHERE t.parent_label_id <> 0 AND r.label_id IS NULL;
