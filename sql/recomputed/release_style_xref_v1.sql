-- DuckDB only. The styles of each release, one release at a time: every release_id is in one row of the releases.
SELECT release_id, style, lower(style) AS style_norm
FROM (SELECT release_id, unnest(list_distinct(style_list)) AS style FROM hive.discogs.releases_ref_v6)
