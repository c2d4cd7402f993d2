-- Memberships without duplicates: usually both sides of a membership list it.
SELECT DISTINCT * FROM hive.discogs.artist_memberships_v1_typed
