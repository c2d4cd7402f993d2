-- DuckDB only. The credits sorted by artist, so that all credits of an artist are in a few row groups.

SELECT count(*) FILTER (WHERE artist_id IS NULL) AS null_artist_id
FROM hive.discogs.release_credits_v1;

SELECT artist_id, release_id, track_no, is_extra, credit_no, name, anv, join_text, role, role_list, tracks
FROM hive.discogs.release_credits_v1
WHERE artist_id IS NOT NULL
ORDER BY artist_id, release_id, track_no NULLS LAST, is_extra, credit_no;
