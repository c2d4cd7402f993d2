-- Releases that have a track list.
SELECT count(DISTINCT release_id) AS n_releases_with_tracks
FROM hive.discogs.release_tracks_v1
