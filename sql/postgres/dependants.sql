-- Objects outside schema $1 that depend on its tables: views by their rules, tables by their foreign keys.
SELECT DISTINCT o.relname AS name, n.nspname AS schema
FROM pg_depend d
JOIN pg_class t ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
JOIN pg_namespace tn ON tn.oid = t.relnamespace AND tn.nspname = $1
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_constraint c ON d.classid = 'pg_constraint'::regclass AND c.oid = d.objid
JOIN pg_class o ON o.oid = coalesce(r.ev_class, c.conrelid)
JOIN pg_namespace n ON n.oid = o.relnamespace
WHERE n.nspname <> $1
ORDER BY schema, name
