-- DuckDB only. Every name that an artist is known by, normalised, with the artist's id.

-- White space as Python's str.strip has it, which is more than the regular expressions' \s.
CREATE OR REPLACE TEMP MACRO white_space() AS
  '[\x{9}-\x{d}\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]+';

CREATE OR REPLACE TEMP MACRO trimmed(text) AS
  regexp_replace(text, '^' || white_space() || '|' || white_space() || '$', '', 'g');

-- Lower case, trimmed, without the number that tells artists of one name apart, white space collapsed.
CREATE OR REPLACE TEMP MACRO normalised(name) AS
  trim(regexp_replace(regexp_replace(trimmed(lower(name)), '\([0-9]+\)$', ''), white_space(), ' ', 'g'));

CREATE OR REPLACE TEMP VIEW candidates AS
SELECT normalised(name) AS norm_name, artist_id, artist_id IN (SELECT artist_id FROM hive.discogs.artists_v1) AS known
FROM (
  SELECT name, artist_id FROM hive.discogs.artists_v1
  UNION ALL
  SELECT realname, artist_id FROM hive.discogs.artists_v1
  UNION ALL
  SELECT alias_name, artist_id FROM hive.discogs.artist_aliases_v1
  UNION ALL
  SELECT group_name, member_id FROM hive.discogs.artist_memberships_v1
)
WHERE name IS NOT NULL;

SELECT
  count(*) FILTER (WHERE norm_name = '') AS empty_norm_name,
  count(*) FILTER (WHERE norm_name <> '' AND NOT known) AS unknown_artist_id
FROM candidates;

SELECT DISTINCT norm_name, artist_id
FROM candidates
WHERE norm_name <> '' AND known
ORDER BY norm_name NULLS LAST, artist_id NULLS LAST;
