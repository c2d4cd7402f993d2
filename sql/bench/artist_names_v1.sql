-- The names of the artists, a real name for every third one, and up to two variations.
SELECT i AS artist_id, 'name' AS kind, 1 AS name_no, 'Artist ' || i AS name
FROM range(1, getvariable('releases') // 2 + 1) AS numbers(i)
UNION ALL
SELECT i, 'realname', 1, 'Real Name ' || i FROM range(3, getvariable('releases') // 2 + 1, 3) AS numbers(i)
UNION ALL
SELECT i, 'namevariation', n, ['A. ', 'Art '][n] || i
FROM (SELECT i, unnest(range(1, 1 + i % 3)) AS n FROM range(1, getvariable('releases') // 2 + 1) AS numbers(i))
