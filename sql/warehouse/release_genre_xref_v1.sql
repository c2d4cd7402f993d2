-- DuckDB only. The genres of each release; a genre with a comma in its name is one genre.

SELECT DISTINCT release_id, genre, lower(genre) AS genre_norm
FROM (SELECT release_id, unnest(genre_list) AS genre FROM hive.discogs.releases_ref_v6)
ORDER BY release_id NULLS LAST, genre NULLS LAST, genre_norm NULLS LAST;
