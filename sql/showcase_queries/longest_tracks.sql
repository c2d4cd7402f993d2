-- The longest tracks, with their releases. Includes tracks that have parts, but not the parts.
WITH longest AS (
  SELECT release_id, track_no, position, title, duration, duration_seconds
  FROM hive.discogs.release_tracks_v1
  WHERE duration_seconds > 0 AND kind <> 'sub_track'
  ORDER BY duration_seconds DESC, release_id, track_no
  LIMIT 50
)
SELECT
  longest.duration_seconds,
  longest.duration,
  longest.title AS track_title,
  longest.position,
  release.release_id,
  release.title AS release_title,
  release.artists,
  release.released_year
FROM longest
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = longest.release_id
ORDER BY longest.duration_seconds DESC, longest.release_id, longest.track_no
