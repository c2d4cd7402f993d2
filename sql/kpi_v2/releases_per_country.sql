-- The twenty countries with the most releases.
SELECT place, item, n_releases
FROM (
  SELECT row_number() OVER (ORDER BY n_releases DESC, item) AS place, item, n_releases
  FROM (
    SELECT country AS item, count(DISTINCT release_id) AS n_releases
    FROM hive.discogs.releases_ref_v6
    WHERE country IS NOT NULL
    GROUP BY country
  ) AS counted
) AS ranked
WHERE place <= 20
ORDER BY place
