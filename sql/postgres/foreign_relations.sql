-- Tables, views and others of schema $1 that no declared dataset ($2) has the name of.
SELECT c.relname AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND NOT c.relname = ANY ($2::text[])
ORDER BY name
