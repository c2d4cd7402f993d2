-- How far aliases can be followed: artists that list an alias; aliases that have an id, refer to an artist of the dump,
-- or refer to no artist. Aliases that refer to no artist are an anomaly of the dumps.
SELECT
  (SELECT count(*) FROM hive.discogs.artists_v1_typed) AS n_artists,
  count(DISTINCT alias.artist_id) AS n_artists_with_alias,
  count(*) AS n_aliases,
  count(alias.alias_id) AS n_aliases_with_id,
  count(artist.artist_id) AS n_aliases_found,
  count(*) - count(artist.artist_id) AS n_aliases_not_found
FROM hive.discogs.artist_aliases_v1_typed AS alias
LEFT JOIN hive.discogs.artists_v1_typed AS artist ON artist.artist_id = alias.alias_id
