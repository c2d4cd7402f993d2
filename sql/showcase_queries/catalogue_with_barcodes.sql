-- The catalogue of a label (id 2) by catalogue number: titles, dates and barcodes. If a release has several barcodes,
-- the smallest is shown; barcodes that differ only in blanks and hyphens count as one.
WITH catalogue AS (
  SELECT release_id, label_catno
  FROM hive.discogs.release_label_xref_v1
  WHERE label_id = 2
),
barcodes AS (
  SELECT
    identifier.release_id,
    min(identifier.value) AS barcode,
    count(DISTINCT translate(identifier.value, ' -', '')) AS n_barcodes
  FROM hive.discogs.release_identifiers_v1 AS identifier
  JOIN (SELECT DISTINCT release_id FROM catalogue) AS wanted ON wanted.release_id = identifier.release_id
  WHERE identifier.type = 'Barcode'
  GROUP BY identifier.release_id
)
SELECT
  catalogue.label_catno,
  release.release_id,
  release.title,
  release.artists,
  release.released_year,
  release.formats,
  barcodes.barcode,
  coalesce(barcodes.n_barcodes, 0) AS n_barcodes
FROM catalogue
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = catalogue.release_id
LEFT JOIN barcodes ON barcodes.release_id = catalogue.release_id
ORDER BY catalogue.label_catno NULLS LAST, release.release_id
LIMIT 1000
