-- The privileges on schema $1, its tables and their columns of roles other than the owners, as GRANT statements for schema $2.
WITH granted (acl, owner, what) AS (
  SELECT n.nspacl, n.nspowner, format(' ON SCHEMA %I', $2::text)
  FROM pg_namespace n
  WHERE n.nspname = $1
  UNION ALL
  SELECT c.relacl, c.relowner, format(' ON TABLE %I.%I', $2::text, c.relname)
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname = ANY ($3::text[])
  UNION ALL
  SELECT a.attacl, c.relowner, format(' (%I) ON TABLE %I.%I', a.attname, $2::text, c.relname)
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_namespace m ON m.nspname = $2
  JOIN pg_class d ON d.relnamespace = m.oid AND d.relname = c.relname
  JOIN pg_attribute b ON b.attrelid = d.oid AND b.attname = a.attname
  WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname = ANY ($3::text[]) AND NOT a.attisdropped
)
SELECT concat('GRANT ', e.privilege_type, g.what, ' TO ',
  CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(e.grantee)) END,
  CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' END) AS statement
FROM granted g
CROSS JOIN LATERAL aclexplode(g.acl) e
WHERE e.grantee <> g.owner
