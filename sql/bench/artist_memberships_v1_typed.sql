-- Two members for every thirtieth artist.
SELECT
  i AS group_id,
  'Artist ' || i AS group_name,
  i + member AS member_id,
  'Artist ' || (i + member) AS member_name
FROM range(1, getvariable('releases') // 2 - 2, 30) AS numbers(i), range(1, 3) AS members(member)
