-- How many records of each kind differ between the runs that were compared, as the report page shows them.
SELECT from_run, to_run, entity, added, removed, changed
FROM hive.discogs_history.change_counts_latest
WHERE dataset IS NULL
ORDER BY to_run, from_run, entity
