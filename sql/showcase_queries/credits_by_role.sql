-- All credits of an artist (id 3) by role, with the first and last year. A credit with several roles counts for each of
-- them; "(artist)" is the artist of a release or track.
WITH credits AS (
  SELECT release_id, is_extra, role_list
  FROM hive.discogs.artist_credits_v1
  WHERE artist_id = 3
),
roles AS (
  SELECT credits.release_id, listed.role
  FROM credits
  CROSS JOIN UNNEST(credits.role_list) AS listed (role)
  UNION ALL
  SELECT release_id, CASE WHEN is_extra THEN '(no role)' ELSE '(artist)' END
  FROM credits
  WHERE role_list IS NULL
)
SELECT
  roles.role,
  count(*) AS n_credits,
  count(DISTINCT roles.release_id) AS n_releases,
  min(release.released_year) AS first_year,
  max(release.released_year) AS last_year
FROM roles
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = roles.release_id
GROUP BY roles.role
ORDER BY n_releases DESC, n_credits DESC, roles.role
