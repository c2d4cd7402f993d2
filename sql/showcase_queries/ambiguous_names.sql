-- The names shared by the most artists: how little a name alone identifies an artist. Counts an artist's own names (name, real
-- name, name variations), not those of aliases and groups, which are the names of other artists.
SELECT norm_name, count(DISTINCT artist_id) AS n_artists, min(artist_id) AS first_artist_id
FROM hive.discogs.artist_name_map_v2
WHERE kind IN ('name', 'realname', 'namevariation')
GROUP BY norm_name
HAVING count(DISTINCT artist_id) > 1
ORDER BY n_artists DESC, norm_name
LIMIT 50
