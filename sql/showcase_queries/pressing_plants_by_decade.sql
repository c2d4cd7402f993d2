-- The ten pressing plants with the most releases in each decade. Years before 1860 and after 2100 are taken for errors.
WITH plants AS (
  SELECT
    release.released_year - release.released_year % 10 AS decade,
    company.company_id,
    min(company.name) AS plant,
    count(DISTINCT company.release_id) AS n_releases
  FROM hive.discogs.release_companies_v1 AS company
  JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = company.release_id
  WHERE company.entity_type_name = 'Pressed By' AND company.company_id IS NOT NULL
    AND release.released_year BETWEEN 1860 AND 2100
  GROUP BY release.released_year - release.released_year % 10, company.company_id
),
ranked AS (
  SELECT
    decade,
    row_number() OVER (PARTITION BY decade ORDER BY n_releases DESC, company_id) AS place,
    company_id,
    plant,
    n_releases
  FROM plants
)
SELECT decade, place, company_id, plant, n_releases
FROM ranked
WHERE place <= 10
ORDER BY decade, place
