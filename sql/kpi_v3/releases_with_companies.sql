-- Releases that name a company: who pressed, distributed, published them.
SELECT count(DISTINCT release_id) AS n_releases_with_companies
FROM hive.discogs.release_companies_v1
