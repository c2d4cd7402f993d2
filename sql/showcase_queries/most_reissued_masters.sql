-- The masters with the most releases, and the number of countries in which they were released. The year is empty if it is
-- unknown (0 in the dumps).
SELECT
  master.master_id,
  master.title,
  master.master_artists,
  nullif(master.year, 0) AS year,
  count(*) AS n_releases,
  count(DISTINCT release.country) AS n_countries
FROM hive.discogs.masters_v1 AS master
JOIN hive.discogs.releases_ref_v6 AS release ON release.master_id = master.master_id
GROUP BY master.master_id, master.title, master.master_artists, master.year
ORDER BY n_releases DESC, master.master_id
LIMIT 50
