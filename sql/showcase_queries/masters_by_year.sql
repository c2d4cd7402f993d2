-- The number of masters per year, and how many of them have more than one release. Masters without a known year (0 in
-- the dumps) are left out.
WITH releases_of_master AS (
  SELECT master_id, count(*) AS n_releases
  FROM hive.discogs.releases_ref_v6
  WHERE master_id > 0
  GROUP BY master_id
)
SELECT
  master.year,
  count(*) AS n_masters,
  count(CASE WHEN released.n_releases > 1 THEN 1 END) AS n_masters_reissued
FROM hive.discogs.masters_v1_typed AS master
LEFT JOIN releases_of_master AS released ON released.master_id = master.master_id
WHERE master.year > 0
GROUP BY master.year
ORDER BY master.year
