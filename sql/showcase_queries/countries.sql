-- The countries with the most releases, and how many distinct labels and artists these releases name.
WITH labels_of_country AS (
  SELECT release.country, count(DISTINCT label.label_norm) AS n_labels
  FROM hive.discogs.releases_ref_v6 AS release
  JOIN hive.discogs.release_label_xref_v1 AS label ON label.release_id = release.release_id
  GROUP BY release.country
),
artists_of_country AS (
  SELECT release.country, count(DISTINCT artist.artist_norm) AS n_artists
  FROM hive.discogs.releases_ref_v6 AS release
  JOIN hive.discogs.release_artists_v1 AS artist ON artist.release_id = release.release_id
  GROUP BY release.country
),
releases_of_country AS (
  SELECT country, count(*) AS n_releases
  FROM hive.discogs.releases_ref_v6
  WHERE country IS NOT NULL
  GROUP BY country
)
SELECT
  released.country,
  released.n_releases,
  coalesce(labels.n_labels, 0) AS n_labels,
  coalesce(artists.n_artists, 0) AS n_artists
FROM releases_of_country AS released
LEFT JOIN labels_of_country AS labels ON labels.country = released.country
LEFT JOIN artists_of_country AS artists ON artists.country = released.country
ORDER BY released.n_releases DESC, released.country
LIMIT 50
