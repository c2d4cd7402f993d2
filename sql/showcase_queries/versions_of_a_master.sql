-- The versions of the master that has the most of them: its main release first, then the others by release date.
WITH chosen AS (
  SELECT master_id
  FROM hive.discogs.releases_ref_v6
  WHERE master_id > 0
  GROUP BY master_id
  ORDER BY count(*) DESC, master_id
  LIMIT 1
)
SELECT
  release.master_id,
  CASE WHEN release.is_main_release THEN 'main release' ELSE 'version' END AS version,
  release.release_id,
  release.title,
  release.country,
  release.released_year,
  release.released_month,
  release.released_day,
  release.formats,
  release.labels,
  release.label_catnos
FROM chosen
JOIN hive.discogs.releases_ref_v6 AS release ON release.master_id = chosen.master_id
ORDER BY
  CASE WHEN release.is_main_release THEN 0 ELSE 1 END,
  release.released_year NULLS LAST,
  release.released_month NULLS LAST,
  release.released_day NULLS LAST,
  release.release_id
LIMIT 1000
