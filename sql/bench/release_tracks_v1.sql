-- Four to fourteen tracks for each release; the first one of every twentieth release has the next two as its parts.
WITH numbered AS (
  SELECT i, unnest(range(1, 5 + i % 11)) AS n FROM range(1, getvariable('releases') + 1) AS numbers(i)
)
SELECT
  i AS release_id,
  n AS track_no,
  CASE WHEN i % 20 = 0 AND n IN (2, 3) THEN 1 END AS parent_track_no,
  'A' || n AS position,
  'Track ' || (i + n) AS title,
  CASE WHEN i % 2 = 0 THEN (2 + n % 7) || ':30' END AS duration,
  CASE WHEN i % 2 = 0 THEN (2 + n % 7) * 60 + 30 END AS duration_seconds,
  CASE WHEN i % 20 = 0 AND n = 1 THEN 'index' WHEN i % 20 = 0 AND n <= 3 THEN 'sub_track' ELSE 'track' END AS kind
FROM numbered
