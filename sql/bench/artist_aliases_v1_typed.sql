-- An alias for every twentieth artist.
SELECT i AS artist_id, i + 1 AS alias_id, 'Artist ' || (i + 1) AS alias_name
FROM range(1, getvariable('releases') // 2, 20) AS numbers(i)
