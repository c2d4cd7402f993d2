-- All credits of an artist (id 3) by role, with the first and last year. A credit with several roles counts for each of
-- them, and once for a role that it has twice ("Guitar [Lead], Guitar [Bass]"); "(artist)" is the artist of a release or
-- track. Years before 1860 and after 2100 are taken for errors.
WITH credits AS (
  SELECT release_id, track_no, is_extra, credit_no, role_list
  FROM hive.discogs.artist_credits_v1
  WHERE artist_id = 3
),
roles AS (
  SELECT DISTINCT credits.release_id, credits.track_no, credits.is_extra, credits.credit_no, listed.role
  FROM credits
  CROSS JOIN UNNEST(credits.role_list) AS listed (role)
  UNION ALL
  SELECT release_id, track_no, is_extra, credit_no, CASE WHEN is_extra THEN '(no role)' ELSE '(artist)' END
  FROM credits
  WHERE role_list IS NULL
)
SELECT
  roles.role,
  count(*) AS n_credits,
  count(DISTINCT roles.release_id) AS n_releases,
  min(CASE WHEN release.released_year BETWEEN 1860 AND 2100 THEN release.released_year END) AS first_year,
  max(CASE WHEN release.released_year BETWEEN 1860 AND 2100 THEN release.released_year END) AS last_year
FROM roles
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = roles.release_id
GROUP BY roles.role
ORDER BY n_releases DESC, n_credits DESC, roles.role
