-- The sanity report: one row for each check, of the run that hive.discogs stands for. Portable: runs unchanged on
-- Trino and DuckDB. `value` counts what `details` says. Whether a value is right is decided in
-- lib/checks/sanity_report.ts; id 0 is the dumps' "none" and never an orphan.
SELECT
  'artists_v1.rows' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'rows' AS details
FROM hive.discogs.artists_v1

UNION ALL

SELECT
  'artists_v1.null_artist_id',
  'CRITICAL',
  count(*),
  'rows without artist_id'
FROM hive.discogs.artists_v1
WHERE artist_id IS NULL

UNION ALL

SELECT
  'artist_aliases_v1.orphan_artist_id_rows',
  'CRITICAL',
  count(*),
  'rows whose artist_id is not in artists_v1' || coalesce('; smallest: ' || CAST(min(t.artist_id) AS VARCHAR), '')
FROM hive.discogs.artist_aliases_v1 t
LEFT JOIN hive.discogs.artists_v1 r ON r.artist_id = t.artist_id
WHERE t.artist_id <> 0 AND r.artist_id IS NULL

UNION ALL

SELECT
  'labels_ref_v10.null_label_id',
  'CRITICAL',
  count(*),
  'rows without label_id'
FROM hive.discogs.labels_ref_v10
WHERE label_id IS NULL

UNION ALL

SELECT
  'masters_v1.null_master_id',
  'CRITICAL',
  count(*),
  'rows without master_id'
FROM hive.discogs.masters_v1
WHERE master_id IS NULL

UNION ALL

SELECT
  'masters_v1.duplicate_master_ids',
  'CRITICAL',
  count(*),
  'master_ids that more than one row has' || coalesce('; smallest: ' || CAST(min(master_id) AS VARCHAR), '')
FROM (SELECT master_id FROM hive.discogs.masters_v1 GROUP BY master_id HAVING count(*) > 1) t

UNION ALL

SELECT
  'releases_ref_v6.null_release_id',
  'CRITICAL',
  count(*),
  'rows without release_id'
FROM hive.discogs.releases_ref_v6
WHERE release_id IS NULL

UNION ALL

SELECT
  'releases_ref_v6.duplicate_release_ids',
  'CRITICAL',
  count(*),
  'release_ids that more than one row has' || coalesce('; smallest: ' || CAST(min(release_id) AS VARCHAR), '')
FROM (SELECT release_id FROM hive.discogs.releases_ref_v6 GROUP BY release_id HAVING count(*) > 1) t

UNION ALL

SELECT
  'artists_v1.empty_name',
  'WARN',
  count(*),
  'artists without a name' || coalesce('; smallest artist_id: ' || CAST(min(artist_id) AS VARCHAR), '')
FROM hive.discogs.artists_v1
WHERE name IS NULL OR name = ''

UNION ALL

SELECT
  'artist_memberships_v1.orphan_member_ids',
  'WARN',
  count(DISTINCT t.member_id),
  'member_ids that are not in artists_v1' || coalesce('; smallest: ' || CAST(min(t.member_id) AS VARCHAR), '')
FROM hive.discogs.artist_memberships_v1 t
LEFT JOIN hive.discogs.artists_v1 r ON r.artist_id = t.member_id
WHERE t.member_id <> 0 AND r.artist_id IS NULL

UNION ALL

SELECT
  'artist_memberships_v1.orphan_group_ids',
  'WARN',
  count(DISTINCT t.group_id),
  'group_ids that are not in artists_v1' || coalesce('; smallest: ' || CAST(min(t.group_id) AS VARCHAR), '')
FROM hive.discogs.artist_memberships_v1 t
LEFT JOIN hive.discogs.artists_v1 r ON r.artist_id = t.group_id
WHERE t.group_id <> 0 AND r.artist_id IS NULL

UNION ALL

SELECT
  'masters_v1.orphan_main_release_id',
  'WARN',
  count(*),
  'masters whose main_release_id is not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.main_release_id) AS VARCHAR), '')
FROM hive.discogs.masters_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.main_release_id
WHERE t.main_release_id <> 0 AND r.release_id IS NULL

UNION ALL

SELECT
  'warehouse.artist_name_map_v1.orphan_artist_ids',
  'WARN',
  count(DISTINCT t.artist_id),
  'artist_ids that are not in artists_v1' || coalesce('; smallest: ' || CAST(min(t.artist_id) AS VARCHAR), '')
FROM hive.discogs.artist_name_map_v1 t
LEFT JOIN hive.discogs.artists_v1 r ON r.artist_id = t.artist_id
WHERE t.artist_id <> 0 AND r.artist_id IS NULL

UNION ALL

SELECT
  'warehouse.release_artists_v1.orphan_release_ids',
  'WARN',
  count(DISTINCT t.release_id),
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '')
FROM hive.discogs.release_artists_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL

UNION ALL

SELECT
  'warehouse.release_label_xref_v1.orphan_release_ids',
  'WARN',
  count(DISTINCT t.release_id),
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '')
FROM hive.discogs.release_label_xref_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL

UNION ALL

SELECT
  'warehouse.release_style_xref_v1.orphan_release_ids',
  'WARN',
  count(DISTINCT t.release_id),
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '')
FROM hive.discogs.release_style_xref_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL

UNION ALL

SELECT
  'warehouse.release_genre_xref_v1.orphan_release_ids',
  'WARN',
  count(DISTINCT t.release_id),
  'release_ids that are not in releases_ref_v6' || coalesce('; smallest: ' || CAST(min(t.release_id) AS VARCHAR), '')
FROM hive.discogs.release_genre_xref_v1 t
LEFT JOIN hive.discogs.releases_ref_v6 r ON r.release_id = t.release_id
WHERE t.release_id <> 0 AND r.release_id IS NULL

UNION ALL

SELECT
  'artist_aliases_v1.orphan_alias_rows',
  'INFO',
  count(*),
  'rows whose alias_id is not in artists_v1' || coalesce('; smallest: ' || CAST(min(t.alias_id) AS VARCHAR), '')
FROM hive.discogs.artist_aliases_v1 t
LEFT JOIN hive.discogs.artists_v1 r ON r.artist_id = t.alias_id
WHERE t.alias_id <> 0 AND r.artist_id IS NULL

UNION ALL

SELECT
  'labels_ref_v10.duplicate_label_id_groups',
  'INFO',
  count(*),
  'label_ids that more than one row has' || coalesce('; smallest: ' || CAST(min(label_id) AS VARCHAR), '')
FROM (SELECT label_id FROM hive.discogs.labels_ref_v10 GROUP BY label_id HAVING count(*) > 1) t

UNION ALL

SELECT
  'labels_ref_v10.orphan_parent_label_ids',
  'INFO',
  count(DISTINCT t.parent_label_id),
  'parent_label_ids that are not in labels_ref_v10' || coalesce('; smallest: ' || CAST(min(t.parent_label_id) AS VARCHAR), '')
FROM hive.discogs.labels_ref_v10 t
LEFT JOIN hive.discogs.labels_ref_v10 r ON r.label_id = t.parent_label_id
WHERE t.parent_label_id <> 0 AND r.label_id IS NULL
