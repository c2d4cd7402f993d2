-- The typed dataset under its short name.
SELECT * FROM hive.discogs.masters_v1_typed
