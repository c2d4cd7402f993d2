-- The aliases and members from artist_aliases_v1_typed and artist_memberships_v1_typed.
SELECT i AS artist_id, 'alias' AS kind, 1 AS relation_no, i + 1 AS related_id, 'Artist ' || (i + 1) AS name
FROM range(1, getvariable('releases') // 2, 20) AS numbers(i)
UNION ALL
SELECT i, 'member', member, i + member, 'Artist ' || (i + member)
FROM range(1, getvariable('releases') // 2 - 2, 30) AS numbers(i), range(1, 3) AS members(member)
