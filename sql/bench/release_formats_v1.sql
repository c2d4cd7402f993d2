-- A format for each release, and a second one for every twentieth.
SELECT
  i AS release_id,
  n AS format_no,
  ['Vinyl', 'CD', 'Cassette', 'File'][1 + (i + n) % 4] AS name,
  '1' AS qty,
  1 AS quantity,
  ['Album', 'Reissue'][1 : 1 + i % 2] AS description_list
FROM (
  SELECT i, unnest(range(1, CASE WHEN i % 20 = 0 THEN 3 ELSE 2 END)) AS n
  FROM range(1, getvariable('releases') + 1) AS numbers(i)
)
