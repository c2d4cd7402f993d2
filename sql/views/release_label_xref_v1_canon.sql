-- The label of each row, without catalogue number and id.
SELECT release_id, label_name, label_norm FROM hive.discogs.release_label_xref_v1
