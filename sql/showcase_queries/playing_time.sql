-- The releases with the longest total playing time, in seconds, and the number of tracks with a known duration. The
-- parts of a track count if the track itself has no duration.
WITH timed_index AS (
  SELECT release_id, track_no
  FROM hive.discogs.release_tracks_v1
  WHERE kind = 'index' AND duration_seconds IS NOT NULL
),
times AS (
  SELECT release_id, duration_seconds
  FROM hive.discogs.release_tracks_v1
  WHERE kind <> 'sub_track' AND duration_seconds IS NOT NULL
  UNION ALL
  SELECT part.release_id, part.duration_seconds
  FROM hive.discogs.release_tracks_v1 AS part
  LEFT JOIN timed_index
    ON timed_index.release_id = part.release_id AND timed_index.track_no = part.parent_track_no
  WHERE part.kind = 'sub_track' AND part.duration_seconds IS NOT NULL AND timed_index.track_no IS NULL
),
longest AS (
  SELECT release_id, count(*) AS n_timed, CAST(sum(duration_seconds) AS BIGINT) AS seconds
  FROM times
  GROUP BY release_id
  ORDER BY seconds DESC, release_id
  LIMIT 50
)
SELECT
  longest.seconds,
  longest.n_timed,
  release.release_id,
  release.title,
  release.artists,
  release.formats
FROM longest
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = longest.release_id
ORDER BY longest.seconds DESC, longest.release_id
