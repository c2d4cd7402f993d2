-- The ten most frequent genres, by the number of releases that name them.
SELECT place, item, n_releases
FROM (
  SELECT row_number() OVER (ORDER BY n_releases DESC, item) AS place, item, n_releases
  FROM (
    SELECT min(genre) AS item, count(DISTINCT release_id) AS n_releases
    FROM hive.discogs.release_genre_xref_v1
    GROUP BY genre_norm
  ) AS counted
) AS ranked
WHERE place <= 10
ORDER BY place
