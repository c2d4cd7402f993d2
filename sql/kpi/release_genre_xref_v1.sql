-- Genres of releases: each row of the dataset is a link.
SELECT
  count(*) AS n_release_genre_links,
  count(DISTINCT release_id) AS n_releases_with_genre,
  count(DISTINCT genre_norm) AS n_genre_norm_distinct
FROM hive.discogs.release_genre_xref_v1
