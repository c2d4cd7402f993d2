-- The main artists of the most releases, and the number of masters of these releases. Various (194), Unknown Artist (355)
-- and No Artist (118760) are placeholders and are left out; so are artists without an id.
SELECT
  credit.artist_id,
  min(credit.artist_name) AS artist_name,
  count(DISTINCT credit.release_id) AS n_releases,
  count(DISTINCT CASE WHEN release.master_id > 0 THEN release.master_id END) AS n_masters
FROM hive.discogs.release_artists_v1 AS credit
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = credit.release_id
WHERE credit.artist_id NOT IN (194, 355, 118760)
GROUP BY credit.artist_id
ORDER BY n_releases DESC, credit.artist_id
LIMIT 50
