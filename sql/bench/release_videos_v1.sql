-- Up to 5 videos for each release.
SELECT
  i AS release_id,
  n AS video_no,
  'https://www.youtube.com/watch?v=' || (i * 10 + n) AS src,
  200 + i % 100 AS duration_seconds,
  TRUE AS embed,
  'Artist - Track ' || n AS title
FROM (
  SELECT i, unnest(range(1, 1 + i % 6)) AS n FROM range(1, getvariable('releases') + 1) AS numbers(i)
)
