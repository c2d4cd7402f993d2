-- Releases per decade, oldest first. A release whose date does not begin with a plain year from 1860 to 2100 is not counted.
SELECT row_number() OVER (ORDER BY item) AS place, item, n_releases
FROM (
  SELECT substr(released, 1, 3) || '0s' AS item, count(DISTINCT release_id) AS n_releases
  FROM hive.discogs.releases_ref_v6
  WHERE length(released) >= 4
    AND substr(released, 1, 4) BETWEEN '1860' AND '2100'
    AND translate(substr(released, 1, 4), '0123456789', '') = ''
    AND substr(released, 5, 1) IN ('', '-')
  GROUP BY substr(released, 1, 3) || '0s'
) AS counted
ORDER BY place
