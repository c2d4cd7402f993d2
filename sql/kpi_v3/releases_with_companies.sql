-- Releases that name a company: a pressing plant, distributor, publisher and so on.
SELECT count(DISTINCT release_id) AS n_releases_with_companies
FROM hive.discogs.release_companies_v1
