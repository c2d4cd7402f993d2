-- One fact per release (its decade, its master, the number of its artists, labels and styles), rolled up by genre and
-- decade of the master. A release with several genres counts for each of them; releases without a master, or whose master
-- has no known year, are left out.
WITH artists AS (
  SELECT release_id, count(DISTINCT artist_norm) AS n_artists
  FROM hive.discogs.release_artists_v1
  GROUP BY release_id
),
labels AS (
  SELECT release_id, count(DISTINCT label_norm) AS n_labels
  FROM hive.discogs.release_label_xref_v1
  GROUP BY release_id
),
styles AS (
  SELECT release_id, count(DISTINCT style_norm) AS n_styles
  FROM hive.discogs.release_style_xref_v1
  GROUP BY release_id
),
facts AS (
  SELECT
    release.release_id,
    release.country,
    master.master_id,
    master.year - master.year % 10 AS decade,
    coalesce(artists.n_artists, 0) AS n_artists,
    coalesce(labels.n_labels, 0) AS n_labels,
    coalesce(styles.n_styles, 0) AS n_styles
  FROM hive.discogs.releases_ref_v6 AS release
  JOIN hive.discogs.masters_v1 AS master ON master.master_id = release.master_id
  LEFT JOIN artists ON artists.release_id = release.release_id
  LEFT JOIN labels ON labels.release_id = release.release_id
  LEFT JOIN styles ON styles.release_id = release.release_id
  WHERE master.year > 0
)
SELECT
  genres.genre,
  facts.decade,
  count(*) AS n_releases,
  count(DISTINCT facts.master_id) AS n_masters,
  count(DISTINCT facts.country) AS n_countries,
  CAST(sum(facts.n_artists) AS BIGINT) AS n_artist_links,
  CAST(sum(facts.n_labels) AS BIGINT) AS n_label_links,
  CAST(sum(facts.n_styles) AS BIGINT) AS n_style_links
FROM facts
JOIN hive.discogs.release_genre_xref_v1 AS genres ON genres.release_id = facts.release_id
GROUP BY genres.genre, facts.decade
ORDER BY genres.genre, facts.decade
