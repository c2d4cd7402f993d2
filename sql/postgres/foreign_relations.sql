-- Tables, views and other relations of schema $1 whose name is not that of a declared dataset ($2).
SELECT c.relname AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND NOT c.relname = ANY ($2::text[])
ORDER BY name
