-- The groups with the most members. A membership listed by both the group and the member counts once.
WITH members AS (
  SELECT group_id, min(group_name) AS written_name, count(DISTINCT member_id) AS n_members
  FROM hive.discogs.artist_memberships_v1
  GROUP BY group_id
)
SELECT members.group_id, coalesce(artist.name, members.written_name) AS group_name, members.n_members
FROM members
LEFT JOIN hive.discogs.artists_v1 AS artist ON artist.artist_id = members.group_id
ORDER BY members.n_members DESC, members.group_id
LIMIT 50
