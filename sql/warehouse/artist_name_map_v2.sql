-- DuckDB only. Every name that identifies an artist, normalised, with the artist's id and the kind of name.

CREATE OR REPLACE TEMP VIEW candidates AS
SELECT
  normalised(name) AS norm_name,
  artist_id,
  kind,
  artist_id IN (SELECT artist_id FROM hive.discogs.artists_v1) AS known
FROM (
  SELECT name, artist_id, kind FROM hive.discogs.artist_names_v1
  UNION ALL
  SELECT alias_name, artist_id, 'alias' FROM hive.discogs.artist_aliases_v1
  UNION ALL
  SELECT group_name, member_id, 'group' FROM hive.discogs.artist_memberships_v1
)
WHERE name IS NOT NULL;

SELECT
  count(*) FILTER (WHERE norm_name = '') AS empty_norm_name,
  count(*) FILTER (WHERE norm_name <> '' AND NOT known) AS unknown_artist_id
FROM candidates;

SELECT DISTINCT norm_name, artist_id, kind
FROM candidates
WHERE norm_name <> '' AND known
ORDER BY norm_name NULLS LAST, artist_id NULLS LAST, kind NULLS LAST;
