-- Labels: rows, and distinct label ids.
SELECT
  count(*) AS rows_labels_ref_v10,
  count(DISTINCT label_id) AS n_labels_distinct
FROM hive.discogs.labels_ref_v10
