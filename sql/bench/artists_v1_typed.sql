-- About half as many artists as releases.
SELECT
  i AS artist_id,
  'Artist ' || i AS name,
  CASE WHEN i % 3 = 0 THEN 'Real Name ' || i END AS realname,
  'Correct' AS data_quality
FROM range(1, getvariable('releases') // 2 + 1) AS numbers(i)
