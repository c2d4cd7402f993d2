-- An artist and up to eight credits for each release, and a credit or two for every second track.
WITH credits AS (
  SELECT i, NULL AS track_no, FALSE AS is_extra, 1 AS n FROM range(1, getvariable('releases') + 1) AS numbers(i)
  UNION ALL
  SELECT i, NULL, TRUE, unnest(range(1, 1 + i % 9)) FROM range(1, getvariable('releases') + 1) AS numbers(i)
  UNION ALL
  SELECT release_id, track_no, TRUE, unnest(range(1, 2 + release_id % 2))
  FROM (
    SELECT i AS release_id, unnest(range(1, 5 + i % 11, 2)) AS track_no
    FROM range(1, getvariable('releases') + 1) AS numbers(i)
  )
)
SELECT
  i AS release_id,
  track_no,
  is_extra,
  n AS credit_no,
  1 + (i * 7 + n * 13) % (getvariable('releases') // 2) AS artist_id,
  'Artist ' || artist_id AS name,
  CASE WHEN n % 4 = 0 THEN 'A. ' || artist_id END AS anv,
  CASE WHEN is_extra THEN ['Written-By', 'Producer, Mixed By', 'Bass', 'Drums [Additional]'][1 + n % 4] END AS role,
  CASE WHEN is_extra THEN [['Written-By'], ['Producer', 'Mixed By'], ['Bass'], ['Drums']][1 + n % 4] END AS role_list
FROM credits
