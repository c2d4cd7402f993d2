-- The twenty most frequent formats. A release in several formats counts towards their combination, because the text is
-- a joined list, which can't be split again.
SELECT place, item, n_releases
FROM (
  SELECT row_number() OVER (ORDER BY n_releases DESC, item) AS place, item, n_releases
  FROM (
    SELECT formats AS item, count(DISTINCT release_id) AS n_releases
    FROM hive.discogs.releases_ref_v6
    WHERE formats IS NOT NULL
    GROUP BY formats
  ) AS counted
) AS ranked
WHERE place <= 20
ORDER BY place
