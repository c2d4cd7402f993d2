-- Vinyl compared with CD: the number of releases per year on vinyl, on CD, and on both. Years before 1860 and after 2100
-- are taken for errors.
WITH media AS (
  SELECT
    release_id,
    max(CASE WHEN name = 'Vinyl' THEN 1 ELSE 0 END) AS on_vinyl,
    max(CASE WHEN name = 'CD' THEN 1 ELSE 0 END) AS on_cd
  FROM hive.discogs.release_formats_v1
  WHERE name IN ('Vinyl', 'CD')
  GROUP BY release_id
)
SELECT
  release.released_year AS year,
  CAST(sum(media.on_vinyl) AS BIGINT) AS n_vinyl,
  CAST(sum(media.on_cd) AS BIGINT) AS n_cd,
  CAST(sum(media.on_vinyl * media.on_cd) AS BIGINT) AS n_both
FROM media
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = media.release_id
WHERE release.released_year BETWEEN 1860 AND 2100
GROUP BY release.released_year
ORDER BY year
