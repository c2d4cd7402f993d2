-- The releases that were edited in the most months, and how many of their columns and detail datasets differed, of the
-- comparisons of months that the history has. Each month counts once, by its last comparison with the nearest month before.
SELECT
  release.release_id,
  release.artists,
  release.title,
  count(DISTINCT change.to_run) AS n_months,
  count(*) AS n_changes
FROM hive.discogs_history.month_comparisons AS comparison
JOIN hive.discogs_history.record_changes_latest AS change
  ON change.from_run = comparison.from_run AND change.to_run = comparison.to_run
CROSS JOIN UNNEST(change.changed_columns) AS changed (column_name)
JOIN hive.discogs.releases_ref_v6 AS release ON release.release_id = change.id
WHERE change.entity = 'release' AND change.change = 'changed'
GROUP BY release.release_id, release.artists, release.title
ORDER BY n_months DESC, n_changes DESC, release.release_id
LIMIT 20
