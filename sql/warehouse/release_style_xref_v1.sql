-- DuckDB only. The styles of each release; a style with a comma in its name is one style.

SELECT DISTINCT release_id, style, lower(style) AS style_norm
FROM (SELECT release_id, unnest(style_list) AS style FROM hive.discogs.releases_ref_v6)
ORDER BY release_id NULLS LAST, style NULLS LAST, style_norm NULLS LAST;
