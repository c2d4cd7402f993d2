-- The typed dataset under its short name.
SELECT * FROM hive.discogs.artist_memberships_v1_typed
