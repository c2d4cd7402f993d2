-- Releases with an identifier that is a barcode and has a value.
SELECT count(DISTINCT release_id) AS n_releases_with_barcodes
FROM hive.discogs.release_identifiers_v1
WHERE type = 'Barcode' AND value IS NOT NULL
