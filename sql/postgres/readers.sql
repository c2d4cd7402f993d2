-- Other sessions that hold locks on tables of schema $1, and the seconds since their transactions started.
SELECT a.pid, extract(epoch FROM clock_timestamp() - min(a.xact_start))::bigint AS age
FROM pg_locks l
JOIN pg_database b ON b.oid = l.database AND b.datname = current_database()
JOIN pg_class c ON c.oid = l.relation
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE n.nspname = $1 AND l.granted AND l.pid <> pg_backend_pid()
GROUP BY a.pid
ORDER BY a.pid
