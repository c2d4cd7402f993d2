-- A label for every eighth release.
SELECT i AS label_id, 'Label ' || i AS name, 'Correct' AS data_quality
FROM range(1, getvariable('releases') // 8 + 1) AS numbers(i)
