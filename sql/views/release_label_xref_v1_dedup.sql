-- The distinct labels of each release, regardless of the number of catalogue numbers.
SELECT DISTINCT release_id, label_name, label_norm FROM hive.discogs.release_label_xref_v1
