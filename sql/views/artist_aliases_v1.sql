-- The typed dataset under its short name.
SELECT * FROM hive.discogs.artist_aliases_v1_typed
