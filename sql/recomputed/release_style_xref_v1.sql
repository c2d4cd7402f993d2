-- DuckDB only. The styles of each release, release by release: a release_id is in one row.
SELECT release_id, style, lower(style) AS style_norm
FROM (SELECT release_id, unnest(list_distinct(style_list)) AS style FROM hive.discogs.releases_ref_v6)
