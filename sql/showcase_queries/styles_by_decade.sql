-- The ten most frequent styles per decade. A release counts for the decade in which it was released; releases whose date
-- does not begin with a plain year from 1860 to 2100 ("1980s", "?") are left out.
WITH dated AS (
  SELECT release_id, substr(released, 1, 3) || '0s' AS decade
  FROM hive.discogs.releases_ref_v6
  WHERE length(released) >= 4
    AND substr(released, 1, 4) BETWEEN '1860' AND '2100'
    AND translate(substr(released, 1, 4), '0123456789', '') = ''
    AND substr(released, 5, 1) IN ('', '-')
),
counted AS (
  SELECT dated.decade, styles.style, count(DISTINCT dated.release_id) AS n_releases
  FROM dated
  JOIN hive.discogs.release_style_xref_v1 AS styles ON styles.release_id = dated.release_id
  GROUP BY dated.decade, styles.style
),
ranked AS (
  SELECT
    decade,
    row_number() OVER (PARTITION BY decade ORDER BY n_releases DESC, style) AS place,
    style,
    n_releases
  FROM counted
)
SELECT decade, place, style, n_releases
FROM ranked
WHERE place <= 10
ORDER BY decade, place
