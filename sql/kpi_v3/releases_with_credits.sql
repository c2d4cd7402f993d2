-- Releases that credit somebody besides their artists, on the release, a track or a sub-track.
SELECT count(DISTINCT release_id) AS n_releases_with_credits
FROM hive.discogs.release_credits_v1
WHERE is_extra
