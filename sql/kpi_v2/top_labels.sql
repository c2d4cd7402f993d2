-- The ten most frequent labels, by the number of releases that name them.
SELECT place, item, n_releases
FROM (
  SELECT row_number() OVER (ORDER BY n_releases DESC, item) AS place, item, n_releases
  FROM (
    SELECT min(label_name) AS item, count(DISTINCT release_id) AS n_releases
    FROM hive.discogs.release_label_xref_v1
    GROUP BY label_norm
  ) AS counted
) AS ranked
WHERE place <= 10
ORDER BY place
