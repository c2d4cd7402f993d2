-- The formats with the most releases, and their first and last years. A release in several formats (an album with a
-- DVD) is a combination of its own, in the order in which the release lists them, with Box Set and All Media. Years before
-- 1860 and after 2100 are taken for errors.
WITH dated AS (
  SELECT
    formats,
    CASE
      WHEN length(released) >= 4
        AND substr(released, 1, 4) BETWEEN '1860' AND '2100'
        AND translate(substr(released, 1, 4), '0123456789', '') = ''
        AND substr(released, 5, 1) IN ('', '-')
      THEN substr(released, 1, 4)
    END AS year_text
  FROM hive.discogs.releases_ref_v6
)
SELECT
  formats,
  count(*) AS n_releases,
  min(year_text) AS first_year,
  max(year_text) AS last_year
FROM dated
WHERE formats IS NOT NULL
GROUP BY formats
ORDER BY n_releases DESC, formats
LIMIT 50
