-- The releases that were edited in the most months, and how many of their columns and detail datasets differed, of the
-- comparisons of months that the history has. Each month counts once, by its last comparison with the nearest month before.
WITH comparisons AS (
  SELECT
    from_run,
    to_run,
    row_number() OVER (
      PARTITION BY substr(to_run, 1, 7)
      ORDER BY substr(from_run, 1, 7) DESC, event_ts_utc DESC, to_run DESC, from_run DESC
    ) AS place
  FROM hive.discogs_history.comparison_latest
  WHERE substr(from_run, 1, 7) < substr(to_run, 1, 7)
)
SELECT
  release.release_id,
  release.artists,
  release.title,
  count(DISTINCT change.to_run) AS n_months,
  count(*) AS n_changes
FROM comparisons
JOIN hive.discogs_history.record_changes_latest AS change
  ON change.from_run = comparisons.from_run AND change.to_run = comparisons.to_run
CROSS JOIN UNNEST(change.changed_columns) AS changed (column_name)
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = change.id
WHERE comparisons.place = 1 AND change.entity = 'release' AND change.change = 'changed'
GROUP BY release.release_id, release.artists, release.title
ORDER BY n_months DESC, n_changes DESC, release.release_id
LIMIT 20
