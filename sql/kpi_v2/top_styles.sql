-- The ten most frequent styles, by the number of releases that name them.
SELECT place, item, n_releases
FROM (
  SELECT row_number() OVER (ORDER BY n_releases DESC, item) AS place, item, n_releases
  FROM (
    SELECT min(style) AS item, count(DISTINCT release_id) AS n_releases
    FROM hive.discogs.release_style_xref_v1
    GROUP BY style_norm
  ) AS counted
) AS ranked
WHERE place <= 10
ORDER BY place
