import { lstatSync, readlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ExpectedError } from "../../cli/errors.ts";
import { isDirectory, kindOf, namesIn } from "../../files/files.ts";
import { lakePaths } from "../../files/paths.ts";
import { isRunId } from "../../files/run_id.ts";
import { temporaryDirectory } from "../../files/temporary_directory.ts";
import { requireLakeDirectory } from "../../lake/require_lake.ts";
import type { FileSchema, SqlEngine } from "../engine.ts";
import { fileCatalog, memoryCatalog, withSchemas } from "./catalog.ts";
import { duckDbEngine, schemaEntry } from "./engine.ts";
import { type DuckDbSession, openSession, type SessionEnd, type SessionLimits } from "./session.ts";

/** Name of the directories that sessions spill to. */
const SPILL = "duckdb";

/**
 * Opens the embedded engine on a lake: schemas come from `_meta/duckdb_catalog/`, and `active` is resolved once, so that all
 * queries of a session see one run even while another is promoted. `schemas` exist without having been registered.
 */
export async function openEmbeddedEngine(
  lake: string,
  limits: SessionLimits = {},
  schemas: readonly FileSchema[] = [],
): Promise<SqlEngine> {
  const root = resolve(lake);
  await requireLakeDirectory(root);
  const active = activeTarget(root);
  const session = await openLakeSession(root, limits);
  return duckDbEngine({
    session,
    catalog: withSchemas(fileCatalog(lakePaths(root).duckdbCatalog), schemas.map(schemaEntry)),
    locate: (location) => resolve(root, location.replace(/^active(?=\/|$)/, active)),
  });
}

/** A session that may read and write files below the lake's directory, linked disks included, and spills to it. */
export async function openLakeSession(
  root: string,
  { threads, memoryLimit, signal }: SessionLimits & SessionEnd = {},
): Promise<DuckDbSession> {
  const directories = [root, ...(await linkedDirectories(root))];
  const temporary = await temporaryDirectory(root, SPILL);
  return openSession({ threads, memoryLimit, signal, directories, temporary });
}

/** The links to other disks that a lake may have (see `assertWritable`). DuckDB follows links before it decides on a path. */
async function linkedDirectories(root: string): Promise<string[]> {
  const { runs, meta } = lakePaths(root);
  const linked: string[] = [];
  for (const path of [runs, meta, ...(await namesIn(runs)).filter(isRunId).map((name) => join(runs, name))]) {
    if ((await kindOf(path)) === "link") linked.push(path);
  }
  return linked;
}

/** An engine on a directory laid out like a run, and its session. */
export interface RunEngine {
  engine: SqlEngine;
  session: DuckDbSession;
}

/**
 * Opens the embedded engine on one run, sealed or not, or any directory laid out like one. There are no schemas at first, and
 * none are stored; locations are relative to the directory. Spills next to the directory.
 */
export async function openRunEngine(
  runDir: string,
  limits: SessionLimits & SessionEnd = {},
): Promise<RunEngine> {
  const dir = resolve(runDir);
  if (!(await isDirectory(dir))) throw new ExpectedError(`the run's directory ${dir} is not a directory`);
  const session = await openSession({
    ...limits,
    directories: [dir],
    temporary: await temporaryDirectory(dirname(dir), SPILL),
  });
  const engine = duckDbEngine({
    session,
    catalog: memoryCatalog(),
    locate: (location) => join(dir, location),
  });
  return { engine, session };
}

/** The target of `active`, relative to the lake or absolute; itself if there is no link. */
function activeTarget(root: string): string {
  const { active } = lakePaths(root);
  const isLink = lstatSync(active, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? readlinkSync(active) : "active";
}
