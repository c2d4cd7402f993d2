-- Up to four companies for each release, the first one a pressing plant.
SELECT
  i AS release_id,
  n AS company_no,
  1 + (i * n) % (getvariable('releases') // 8) AS company_id,
  'Label ' || company_id AS name,
  CASE WHEN n = 1 THEN 17 ELSE 13 END AS entity_type,
  CASE WHEN n = 1 THEN 'Pressed By' ELSE 'Phonographic Copyright (p)' END AS entity_type_name
FROM (
  SELECT i, unnest(range(1, 1 + i % 5)) AS n FROM range(1, getvariable('releases') + 1) AS numbers(i)
)
