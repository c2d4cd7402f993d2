-- The privileges on schema $1 and its tables of roles other than the owners, as GRANT statements for schema $2.
SELECT format('GRANT %s ON SCHEMA %I TO %s', a.privilege_type, $2::text, g.grantee) AS statement
FROM pg_namespace n
CROSS JOIN LATERAL aclexplode(n.nspacl) a
CROSS JOIN LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END) g (grantee)
WHERE n.nspname = $1 AND a.grantee <> n.nspowner
UNION ALL
SELECT format('GRANT %s ON TABLE %I.%I TO %s', a.privilege_type, $2::text, c.relname, g.grantee)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL aclexplode(c.relacl) a
CROSS JOIN LATERAL (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END) g (grantee)
WHERE n.nspname = $1 AND c.relkind = 'r' AND a.grantee <> c.relowner AND c.relname = ANY ($3::text[])
