-- The sessions that session $1 has been waiting for, for a second or more, and the seconds since their transactions started. The
-- waits of a switch of schemas are shorter.
SELECT a.pid, extract(epoch FROM clock_timestamp() - a.xact_start)::bigint AS age
FROM pg_stat_activity a
WHERE a.pid = ANY (pg_blocking_pids($1))
  AND EXISTS (
    SELECT 1
    FROM pg_locks l
    WHERE l.pid = $1 AND NOT l.granted AND l.waitstart < clock_timestamp() - INTERVAL '1 second'
  )
ORDER BY a.pid
