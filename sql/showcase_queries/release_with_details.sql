-- One release (id 1001) with all of its details, a row for each: the release, its formats, tracks, credits, companies,
-- identifiers, series, videos and images. `track_no` is the track that a credit is on; NULL means the whole release.
WITH details AS (
  SELECT
    1 AS part_no,
    'release' AS part,
    CAST(NULL AS BIGINT) AS track_no,
    CAST(NULL AS BIGINT) AS place,
    title AS name,
    concat_ws(', ', labels, label_catnos, country, released) AS text
  FROM hive.discogs.releases_ref_v6
  WHERE release_id = 1001
  UNION ALL
  SELECT 2, 'format', CAST(NULL AS BIGINT), format_no, name, concat_ws(', ', qty, format_text)
  FROM hive.discogs.release_formats_v1
  WHERE release_id = 1001
  UNION ALL
  SELECT 3, kind, track_no, track_no, title, concat_ws(', ', position, duration)
  FROM hive.discogs.release_tracks_v1
  WHERE release_id = 1001
  UNION ALL
  SELECT
    CASE WHEN is_extra THEN 5 ELSE 4 END,
    CASE WHEN is_extra THEN 'credit' ELSE 'artist' END,
    track_no,
    credit_no,
    coalesce(anv, name),
    coalesce(role, join_text)
  FROM hive.discogs.release_credits_v1
  WHERE release_id = 1001
  UNION ALL
  SELECT 6, 'company', CAST(NULL AS BIGINT), company_no, name, concat_ws(', ', entity_type_name, catno)
  FROM hive.discogs.release_companies_v1
  WHERE release_id = 1001
  UNION ALL
  SELECT 7, 'identifier', CAST(NULL AS BIGINT), identifier_no, type, concat_ws(', ', value, description)
  FROM hive.discogs.release_identifiers_v1
  WHERE release_id = 1001
  UNION ALL
  SELECT 8, 'series', CAST(NULL AS BIGINT), series_no, name, catno
  FROM hive.discogs.release_series_v1
  WHERE release_id = 1001
  UNION ALL
  SELECT 9, 'video', CAST(NULL AS BIGINT), video_no, title, src
  FROM hive.discogs.release_videos_v1
  WHERE release_id = 1001
  UNION ALL
  SELECT 10, 'image', CAST(NULL AS BIGINT), image_no, type, uri
  FROM hive.discogs.release_images_v1
  WHERE release_id = 1001
)
SELECT part, track_no, place, name, text
FROM details
ORDER BY part_no, track_no NULLS FIRST, place NULLS FIRST, part
