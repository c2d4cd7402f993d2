-- The artists who share the most releases with an artist (id 3), on any track and in any role. Change the id for another
-- artist. Various (194), Unknown Artist (355) and No Artist (118760) are placeholders and are left out.
WITH shared AS (
  SELECT DISTINCT release_id
  FROM hive.discogs.artist_credits_v1
  WHERE artist_id = 3
)
SELECT
  credit.artist_id,
  min(credit.name) AS artist_name,
  count(DISTINCT credit.release_id) AS n_releases,
  count(*) AS n_credits
FROM hive.discogs.release_credits_v1 AS credit
JOIN shared ON shared.release_id = credit.release_id
WHERE credit.artist_id NOT IN (3, 194, 355, 118760)
GROUP BY credit.artist_id
ORDER BY n_releases DESC, n_credits DESC, credit.artist_id
LIMIT 50
