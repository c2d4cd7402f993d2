-- Parent labels, with the number of their own releases and that of the label and its direct sublabels together. A
-- release on several labels of a family counts once for that family. Parents that are not in the dump are left out.
WITH children AS (
  SELECT parent_label_id AS family_id, label_id
  FROM hive.discogs.labels_ref_v10
  WHERE parent_label_id IS NOT NULL
),
parents AS (
  SELECT family_id, count(DISTINCT label_id) AS n_sublabels
  FROM children
  GROUP BY family_id
),
family AS (
  SELECT family_id, label_id FROM children
  UNION
  SELECT family_id, family_id AS label_id FROM parents
),
names AS (
  SELECT label_id, min(name) AS name
  FROM hive.discogs.labels_ref_v10
  GROUP BY label_id
),
counted AS (
  SELECT
    family.family_id,
    count(DISTINCT CASE WHEN family.label_id = family.family_id THEN release.release_id END) AS n_own_releases,
    count(DISTINCT release.release_id) AS n_family_releases
  FROM family
  LEFT JOIN hive.discogs.release_label_xref_v1 AS release ON release.label_id = family.label_id
  GROUP BY family.family_id
)
SELECT
  parents.family_id AS label_id,
  names.name,
  parents.n_sublabels,
  counted.n_own_releases,
  counted.n_family_releases
FROM parents
JOIN counted ON counted.family_id = parents.family_id
JOIN names ON names.label_id = parents.family_id
ORDER BY counted.n_family_releases DESC, parents.family_id
LIMIT 50
