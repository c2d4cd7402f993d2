-- The details in the active run: every detail dataset, and the warehouse datasets derived from them, with the number of
-- rows.
SELECT dataset, n_rows
FROM (
  SELECT 'artist_credits_v1' AS dataset, count(*) AS n_rows FROM hive.discogs.artist_credits_v1
  UNION ALL
  SELECT 'artist_images_v1', count(*) FROM hive.discogs.artist_images_v1
  UNION ALL
  SELECT 'artist_name_map_v2', count(*) FROM hive.discogs.artist_name_map_v2
  UNION ALL
  SELECT 'artist_names_v1', count(*) FROM hive.discogs.artist_names_v1
  UNION ALL
  SELECT 'artist_relations_v1', count(*) FROM hive.discogs.artist_relations_v1
  UNION ALL
  SELECT 'label_images_v1', count(*) FROM hive.discogs.label_images_v1
  UNION ALL
  SELECT 'label_sublabels_v1', count(*) FROM hive.discogs.label_sublabels_v1
  UNION ALL
  SELECT 'master_images_v1', count(*) FROM hive.discogs.master_images_v1
  UNION ALL
  SELECT 'master_videos_v1', count(*) FROM hive.discogs.master_videos_v1
  UNION ALL
  SELECT 'release_companies_v1', count(*) FROM hive.discogs.release_companies_v1
  UNION ALL
  SELECT 'release_credits_v1', count(*) FROM hive.discogs.release_credits_v1
  UNION ALL
  SELECT 'release_formats_v1', count(*) FROM hive.discogs.release_formats_v1
  UNION ALL
  SELECT 'release_identifiers_v1', count(*) FROM hive.discogs.release_identifiers_v1
  UNION ALL
  SELECT 'release_images_v1', count(*) FROM hive.discogs.release_images_v1
  UNION ALL
  SELECT 'release_series_v1', count(*) FROM hive.discogs.release_series_v1
  UNION ALL
  SELECT 'release_tracks_v1', count(*) FROM hive.discogs.release_tracks_v1
  UNION ALL
  SELECT 'release_videos_v1', count(*) FROM hive.discogs.release_videos_v1
) AS datasets
ORDER BY dataset
