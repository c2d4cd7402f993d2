-- Up to four identifiers for each release, the first one a barcode.
SELECT
  i AS release_id,
  n AS identifier_no,
  CASE WHEN n = 1 THEN 'Barcode' ELSE 'Matrix / Runout' END AS type,
  CASE WHEN n > 1 THEN 'Side ' || n END AS description,
  (i * 10 + n)::VARCHAR AS value
FROM (
  SELECT i, unnest(range(1, 1 + i % 5)) AS n FROM range(1, getvariable('releases') + 1) AS numbers(i)
)
