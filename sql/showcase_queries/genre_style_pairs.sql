-- The pairs of genre and style that occur on the most releases.
SELECT genres.genre, styles.style, count(DISTINCT genres.release_id) AS n_releases
FROM hive.discogs.release_genre_xref_v1 AS genres
JOIN hive.discogs.release_style_xref_v1 AS styles ON styles.release_id = genres.release_id
GROUP BY genres.genre, styles.style
ORDER BY n_releases DESC, genres.genre, styles.style
LIMIT 100
