-- Up to 4 videos for each master.
SELECT
  i AS master_id,
  n AS video_no,
  'https://www.youtube.com/watch?v=' || (i * 10 + n) AS src,
  200 + i % 100 AS duration_seconds,
  TRUE AS embed,
  'Artist - Track ' || n AS title
FROM (
  SELECT i, unnest(range(1, 1 + i % 5)) AS n FROM range(1, getvariable('releases') // 8 + 1) AS numbers(i)
)
