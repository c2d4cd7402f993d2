-- DuckDB only. The genres of each release, one release at a time: every release_id is in one row of the releases.
SELECT release_id, genre, lower(genre) AS genre_norm
FROM (SELECT release_id, unnest(list_distinct(genre_list)) AS genre FROM hive.discogs.releases_ref_v6)
