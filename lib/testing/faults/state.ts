import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { lakePaths } from "../../files/paths.ts";
import { changeTables, comparisonEvents } from "../../history/event_tables.ts";
import { shownIn } from "../duckdb_file.ts";
import { latestEvents, validChanges } from "./latest_events.ts";
import { normalPath } from "./sites.ts";

/**
 * The state of a directory in a form that is equal for two runs of the same step: a line per path with kind, mode and content,
 * without times, ids and process ids. For append-only files, their meaning.
 */
export type State = ReadonlyMap<string, string>;

/** A lake in a separate directory, next to which a script may write other files. */
export function lakeIn(dir: string): string {
  return join(dir, "lake");
}

/** Describes everything in a directory with a lake. Throws when a file for readers can't be read. */
export async function stateOf(dir: string): Promise<State> {
  const found = new Map<string, Set<string>>();
  const add = (path: string, line: string) => {
    found.set(path, (found.get(path) ?? new Set()).add(line));
  };
  const lake = lakePaths(lakeIn(dir));
  const appended = appendedFiles(lakeIn(dir));
  for (const path of pathsBelow(dir)) {
    const name = path.slice(dir.length + 1);
    if (isLock(path, lake.locks)) continue;
    const events = appended.find(({ place }) => path.startsWith(`${place}/`));
    if (path === lake.duckdbFile) add(name, await describeDatabase(path));
    else if (path === lake.promotions) add(name, activations(readFileSync(path, "utf8")).join("\n"));
    else if (events === undefined || isHidden(name)) add(normalPath(name), describe(path, dir));
  }
  for (const { place, rowsOf } of appended) {
    const rows = await rowsOf(place);
    if (rows.length > 0) add(`${place.slice(dir.length + 1)}/*`, withoutVariables(rows.join("\n"), dir));
  }
  return new Map([...found].sort().map(([path, lines]) => [path, [...lines].sort().join(" | ")]));
}

/** A directory of append-only files, and the rows in it that are valid for readers. */
interface AppendedFiles {
  place: string;
  rowsOf(place: string): Promise<string[]>;
}

function appendedFiles(root: string): AppendedFiles[] {
  const lake = lakePaths(root);
  const ofRuns = { place: lake.registryEvents, rowsOf: (place: string) => latestEvents(place, ["run_id"]) };
  const ofKpis = [lake.kpiEvents, lake.kpiV2Events, lake.kpiV3Events].map((place) => ({
    place,
    rowsOf: () => latestEvents(place, ["run_id", "kpi_name"]),
  }));
  const events = comparisonEvents.directory(root);
  const ofChanges = [comparisonEvents, ...changeTables].map((table) => ({
    place: table.directory(root),
    rowsOf: (place: string) => validChanges(place, events),
  }));
  return [ofRuns, ...ofKpis, ...ofChanges];
}

/** Whether readers ignore a path: a part of it has the prefix of unfinished files. */
export function isHidden(path: string): boolean {
  return path.split("/").some((name) => name.startsWith("_tmp.") || name.startsWith("."));
}

/** Only the kernel's locks count (decision 0090): a lock file that no one holds is ignored. */
function isLock(path: string, locks: string): boolean {
  return path === locks || (path.startsWith(`${locks}/`) && path.endsWith(".lock"));
}

/** The differences of two states, a line per path. */
export function differences(found: State, wanted: State): string[] {
  const paths = new Set([...found.keys(), ...wanted.keys()]);
  return [...paths].sort().flatMap((path) => {
    const [is, should] = [found.get(path), wanted.get(path)];
    return is === should ? [] : [`${path}: ${is ?? "missing"} instead of ${should ?? "nothing"}`];
  });
}

function pathsBelow(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? [path, ...pathsBelow(path)] : [path];
  });
}

function describe(path: string, dir: string): string {
  const stat = lstatSync(path);
  const mode = (stat.mode & 0o7777).toString(8);
  if (stat.isDirectory()) return `directory ${mode}`;
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  const bytes = readFileSync(path);
  const isText = /\.(?:html|json|jsonl|csv|lock)$/.test(path);
  const content = isText ? withoutVariables(bytes.toString("utf8"), dir) : bytes;
  return `file ${mode} ${createHash("sha256").update(content).digest("hex").slice(0, 16)}`;
}

/** The contents of the database file: its bytes differ each time, and so does the path of a copied lake, which it contains. */
async function describeDatabase(path: string): Promise<string> {
  const { runId, views } = await shownIn(path);
  return `file ${(lstatSync(path).mode & 0o7777).toString(8)} of _runs/${runId} with ${views.join(" ")}`;
}

/** Removes times, ids, process ids and the directory's own name from a text. */
function withoutVariables(text: string, dir: string): string {
  return normalPath(
    text
      .replaceAll(dir, "<dir>")
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC)?/g, "<time>")
      // An archived run's copy stays in the directory from which this one was copied.
      .replace(/"location": ?"[^"]*\/(?=[^/"]+")/g, '"location": "<dir>/')
      .replace(/"pid": ?\d+/g, '"pid": <n>')
      // The checkout may change during a long test.
      .replace(/"git_sha": ?"\w+(?:-dirty)?"/g, '"git_sha": <sha>'),
  );
}

/** The events in promotions.jsonl: each switch of `active`, however often its record was interrupted. */
function activations(text: string): string[] {
  const lines = text.split("\n");
  const torn = lines.pop() ?? "";
  const events: Record<string, unknown>[] = lines.map((line) => JSON.parse(line));
  const switched = new Set(events.filter((event) => event.switched === true).map(({ id }) => id));
  const ended = new Set(events.filter(({ event }) => event === "done").map(({ id }) => id));
  const intents = events.filter(({ event }) => event === "intent");
  const open = intents.filter(({ id }) => !ended.has(id)).map(() => "an intent without an end");
  const followed = new Set(events.filter(({ event }) => event === "followed").map(({ id }) => id));
  const unfollowed = intents
    .filter(({ id, to_follow }) => to_follow === true && switched.has(id) && !followed.has(id))
    .map(() => "a switch that the readers did not follow");
  const done = intents
    .filter(({ id }) => switched.has(id))
    .map(({ id, time, ...rest }) => JSON.stringify(rest));
  return [...done, ...open, ...unfollowed, ...(torn === "" ? [] : ["a torn line"])];
}
