-- The contents of the active run: the datasets that every run has, with the number of rows. The others are in
-- overview_of_details.
SELECT dataset, n_rows
FROM (
  SELECT 'artist_aliases_v1_typed' AS dataset, count(*) AS n_rows FROM hive.discogs.artist_aliases_v1_typed
  UNION ALL
  SELECT 'artist_memberships_v1_typed', count(*) FROM hive.discogs.artist_memberships_v1_typed
  UNION ALL
  SELECT 'artist_name_map_v1', count(*) FROM hive.discogs.artist_name_map_v1
  UNION ALL
  SELECT 'artists_v1_typed', count(*) FROM hive.discogs.artists_v1_typed
  UNION ALL
  SELECT 'label_release_counts_v1', count(*) FROM hive.discogs.label_release_counts_v1
  UNION ALL
  SELECT 'labels_ref_v10', count(*) FROM hive.discogs.labels_ref_v10
  UNION ALL
  SELECT 'masters_v1_typed', count(*) FROM hive.discogs.masters_v1_typed
  UNION ALL
  SELECT 'release_artists_v1', count(*) FROM hive.discogs.release_artists_v1
  UNION ALL
  SELECT 'release_genre_xref_v1', count(*) FROM hive.discogs.release_genre_xref_v1
  UNION ALL
  SELECT 'release_label_xref_v1', count(*) FROM hive.discogs.release_label_xref_v1
  UNION ALL
  SELECT 'release_style_xref_v1', count(*) FROM hive.discogs.release_style_xref_v1
  UNION ALL
  SELECT 'releases_ref_v6', count(*) FROM hive.discogs.releases_ref_v6
) AS datasets
ORDER BY dataset
