-- Where and when the releases came out that were added to Discogs in the last month that was compared, since the nearest
-- month before. The decade is empty if the year is unknown, or before 1860 or after 2100, which is taken for an error.
WITH last_comparison AS (
  SELECT from_run, to_run
  FROM hive.discogs_history.month_comparisons
  ORDER BY dump_month DESC
  LIMIT 1
),
added AS (
  SELECT change.id
  FROM hive.discogs_history.record_changes_latest AS change
  JOIN last_comparison
    ON last_comparison.from_run = change.from_run AND last_comparison.to_run = change.to_run
  WHERE change.entity = 'release' AND change.change = 'added'
),
placed AS (
  SELECT
    coalesce(release.country, 'unknown') AS country,
    CASE WHEN release.released_year BETWEEN 1860 AND 2100 THEN release.released_year - release.released_year % 10 END
      AS decade
  FROM added
  JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = added.id
)
SELECT country, decade, count(*) AS n_releases
FROM placed
GROUP BY country, decade
ORDER BY n_releases DESC, country, decade
LIMIT 50
