-- A series for every sixteenth release.
SELECT i AS release_id, 1 AS series_no, i // 16 AS series_id, 'Label ' || (i // 16) AS name, 'Vol. 1' AS catno
FROM range(16, getvariable('releases') + 1, 16) AS numbers(i)
