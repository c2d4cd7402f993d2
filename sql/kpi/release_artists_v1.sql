-- Artists of releases: each row of the dataset is a link.
SELECT
  count(*) AS rows_release_artists_v1,
  count(*) AS n_release_artist_links,
  count(DISTINCT release_id) AS n_releases_with_artist_link
FROM hive.discogs.release_artists_v1
