-- DuckDB only. The labels named by each release, each with its catalogue number.

CREATE OR REPLACE TEMP VIEW release_label_refs AS
SELECT release_id, ref.label_id AS label_id, ref.name AS name, ref.catno AS catno
FROM (SELECT release_id, unnest(label_refs) AS ref FROM hive.discogs.releases_ref_v6);

SELECT count(*) AS no_name FROM release_label_refs WHERE name IS NULL;

SELECT DISTINCT release_id, name AS label_name, lower(name) AS label_norm, catno AS label_catno, label_id
FROM release_label_refs
WHERE name IS NOT NULL
ORDER BY
  release_id NULLS LAST, label_name NULLS LAST, label_norm NULLS LAST, label_catno NULLS LAST, label_id NULLS LAST;
