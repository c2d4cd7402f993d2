-- DuckDB only. The artists named by each release, one release at a time: every release_id is in one row of the releases.
SELECT
  release_id,
  named.artist_norm AS artist_norm,
  named.artist_id AS artist_id,
  list_min([
    ref.name
    FOR ref IN refs
    IF lower(ref.name) = named.artist_norm AND ref.artist_id IS NOT DISTINCT FROM named.artist_id
  ]) AS artist_name
FROM (
  SELECT
    release_id,
    refs,
    unnest(list_distinct([{artist_norm: lower(ref.name), artist_id: ref.artist_id} FOR ref IN refs])) AS named
  FROM (
    SELECT release_id, [ref FOR ref IN artist_refs IF ref.name IS NOT NULL] AS refs
    FROM hive.discogs.releases_ref_v6
  )
)
