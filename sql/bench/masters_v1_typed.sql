-- A master for every eighth release.
SELECT i AS master_id, i * 8 AS main_release_id, 'Title ' || i AS title, 1960 + i % 65 AS year
FROM range(1, getvariable('releases') // 8 + 1) AS numbers(i)
