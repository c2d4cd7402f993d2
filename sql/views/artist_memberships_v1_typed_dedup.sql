-- Memberships without repetitions: both sides of a membership usually list it.
SELECT DISTINCT * FROM hive.discogs.artist_memberships_v1_typed
