import { join, sep } from "node:path";
import { extended } from "../cli/errors.ts";
import { namesIn } from "../files/files.ts";
import { liveOwner } from "../files/lock.ts";
import { changesLockPath, historyLockPath, lakePaths } from "../files/paths.ts";
import {
  type EventTable,
  eventTables,
  historyName,
  recordChanges,
  runRegistryEvents,
} from "../history/event_tables.ts";
import { readEvents } from "../history/read_history.ts";
import { endsAsParquet } from "../parquet/whole_file.ts";
import { fileCatalog } from "../sql/duckdb/catalog.ts";
import { orProblem } from "./problem.ts";

/** Adds a line to `problems` for whatever can't be read of the embedded engine's catalog and of the history. */
export async function findUnreadableRecords(lake: string, problems: string[]): Promise<void> {
  const catalog = fileCatalog(lakePaths(lake).duckdbCatalog);
  for (const schema of await catalog.schemas()) {
    await orProblem(problems, undefined, () => catalog.read(schema));
  }
  // A file to which Trino is writing is incomplete.
  const writers = [historyLockPath(lake), changesLockPath(lake)].map(liveOwner);
  if (writers.some((owner) => owner !== undefined)) return;
  for (const table of eventTables) {
    await orProblem(problems, undefined, async () => {
      problems.push(...(await incompleteFiles(lake, table)));
    });
    // The list of runs has read the registry.
    if (table === runRegistryEvents) continue;
    await orProblem(problems, undefined, () => readAll(lake, table));
  }
}

/** Of the only large table, reads the footers; of the others, every value. */
async function readAll(lake: string, table: EventTable): Promise<void> {
  const what = table === recordChanges ? "count(*)" : "bit_xor(hash(events))";
  const sql = `SELECT ${what} FROM ${historyName(table.name)} AS events`;
  try {
    await readEvents(lake, [table], (engine) => engine.query(sql));
  } catch (error) {
    // DuckDB does not always name the file.
    throw extended(error, `a file in ${table.directory(lake)} is damaged, or is not one of the history`);
  }
}

/** A line for each file without a footer, which the embedded engine ignores. */
async function incompleteFiles(lake: string, table: EventTable): Promise<string[]> {
  const directory = table.directory(lake);
  const { changes } = lakePaths(lake);
  const what = directory.startsWith(`${changes}${sep}`)
    ? `rename ${changes}, then run history_pipeline.dig to compare the months again`
    : "run history_pipeline.dig, which records again what is missing";
  const names = (await namesIn(directory)).filter((name) => !/^[_.]/.test(name));
  return names
    .map((name) => join(directory, name))
    .filter((path) => !endsAsParquet(path))
    .map((path) => `${path} is not a complete Parquet file, so it is ignored: ${what}`);
}
