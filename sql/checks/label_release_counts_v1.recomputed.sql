-- Compares the counts with those computed from the xref of releases and labels, label by label.
SELECT
  'label_release_counts_v1.recomputed' AS check_name,
  'CRITICAL' AS severity,
  count(*) AS value,
  'label_norms whose count or sample differs from release_label_xref_v1'
    || coalesce('; first: ' || min(coalesce(x.label_norm, c.label_norm)), '') AS details
FROM (
  SELECT label_norm, min(label_name) AS label_name_sample, count(DISTINCT release_id) AS n_total_releases
  FROM hive.discogs.release_label_xref_v1
  GROUP BY label_norm
) x
FULL OUTER JOIN hive.discogs.label_release_counts_v1 c ON c.label_norm = x.label_norm
WHERE x.label_norm IS NULL
  OR c.label_norm IS NULL
  OR c.n_total_releases IS DISTINCT FROM x.n_total_releases
  OR c.label_name_sample IS DISTINCT FROM x.label_name_sample
