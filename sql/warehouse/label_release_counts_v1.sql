-- DuckDB only. The number of releases per label, by the label's name in lower case.

SELECT label_norm, min(label_name) AS label_name_sample, count(DISTINCT release_id) AS n_total_releases
FROM hive.discogs.release_label_xref_v1
GROUP BY label_norm
ORDER BY label_norm NULLS LAST, label_name_sample NULLS LAST, n_total_releases NULLS LAST;
