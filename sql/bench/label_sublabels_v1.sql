-- A sublabel for every tenth label.
SELECT i AS label_id, 1 AS sublabel_no, i + 1 AS sublabel_id, 'Label ' || (i + 1) AS sublabel_name
FROM range(1, getvariable('releases') // 8, 10) AS numbers(i)
