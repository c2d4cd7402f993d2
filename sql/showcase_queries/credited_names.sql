-- The names under which an artist (id 3) is credited, how often, and which of them the artist's own page lists. Listed
-- names that are never used have no credits.
WITH credited AS (
  SELECT coalesce(anv, name) AS name, count(*) AS n_credits, count(DISTINCT release_id) AS n_releases
  FROM hive.discogs.artist_credits_v1
  WHERE artist_id = 3 AND coalesce(anv, name) IS NOT NULL
  GROUP BY coalesce(anv, name)
),
listed AS (
  SELECT name, min(kind) AS kind
  FROM hive.discogs.artist_names_v1
  WHERE artist_id = 3 AND name IS NOT NULL
  GROUP BY name
)
SELECT
  coalesce(credited.name, listed.name) AS name,
  coalesce(credited.n_credits, 0) AS n_credits,
  coalesce(credited.n_releases, 0) AS n_releases,
  listed.kind AS listed_as
FROM credited
FULL JOIN listed ON listed.name = credited.name
ORDER BY n_credits DESC, name
