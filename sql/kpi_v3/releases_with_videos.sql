-- Releases that have a video.
SELECT count(DISTINCT release_id) AS n_releases_with_videos
FROM hive.discogs.release_videos_v1
