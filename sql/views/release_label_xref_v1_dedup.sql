-- The labels of each release, once each, however many catalogue numbers they have there.
SELECT DISTINCT release_id, label_name, label_norm FROM hive.discogs.release_label_xref_v1
