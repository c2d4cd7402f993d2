-- DuckDB only. The artists named by each release: one row per release, artist id and name in lower case.

CREATE OR REPLACE TEMP VIEW release_artist_refs AS
SELECT release_id, ref.artist_id AS artist_id, ref.name AS name
FROM (SELECT release_id, unnest(artist_refs) AS ref FROM hive.discogs.releases_ref_v6);

SELECT count(*) AS no_name FROM release_artist_refs WHERE name IS NULL;

SELECT release_id, lower(name) AS artist_norm, artist_id, min(name) AS artist_name
FROM release_artist_refs
WHERE name IS NOT NULL
GROUP BY release_id, artist_norm, artist_id
ORDER BY release_id NULLS LAST, artist_norm NULLS LAST, artist_id NULLS LAST, artist_name NULLS LAST;
