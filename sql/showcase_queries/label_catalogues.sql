-- The labels with the most releases, how many catalogue numbers they have, and how many releases have no number on the label
-- (empty, or the word "none"). Not On Label, also that of an artist ("Not On Label (Prince Self-released)"), is a placeholder
-- and is left out.
WITH numbered AS (
  SELECT release_id, label_norm, CASE WHEN lower(label_catno) <> 'none' THEN label_catno END AS catno
  FROM hive.discogs.release_label_xref_v1
)
SELECT
  counts.label_name_sample AS label_name,
  counts.n_total_releases,
  count(DISTINCT numbered.catno) AS n_catalogue_numbers,
  counts.n_total_releases
    - count(DISTINCT CASE WHEN numbered.catno IS NOT NULL THEN numbered.release_id END) AS n_releases_without_number
FROM hive.discogs.label_release_counts_v1 AS counts
JOIN numbered ON numbered.label_norm = counts.label_norm
WHERE counts.label_norm <> 'not on label' AND counts.label_norm NOT LIKE 'not on label (%'
GROUP BY counts.label_norm, counts.label_name_sample, counts.n_total_releases
ORDER BY counts.n_total_releases DESC, counts.label_norm
LIMIT 50
