-- The labels dump can have a label twice: an anomaly of the dumps.
SELECT
  'labels_v10.duplicate_label_id' AS check_name,
  'INFO' AS severity,
  count(*) AS value,
  'label_ids that more than one row has' || coalesce('; smallest: ' || CAST(min(label_id) AS VARCHAR), '') AS details
FROM (SELECT label_id FROM hive.discogs.labels_ref_v10 GROUP BY label_id HAVING count(*) > 1) t
