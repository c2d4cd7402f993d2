-- The typed dataset under its short name.
SELECT * FROM hive.discogs.artists_v1_typed
