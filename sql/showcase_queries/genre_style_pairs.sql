-- Which styles go with which genre: the pairs that the most releases have.
SELECT genre.genre, style.style, count(DISTINCT genre.release_id) AS n_releases
FROM hive.discogs.release_genre_xref_v1 AS genre
JOIN hive.discogs.release_style_xref_v1 AS style ON style.release_id = genre.release_id
GROUP BY genre.genre, style.style
ORDER BY n_releases DESC, genre.genre, style.style
LIMIT 100
