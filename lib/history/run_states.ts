import { canonicalDatasets } from "../datasets/index.ts";
import { isRunId, RUN_SCHEMA_PREFIX, schemaNameOf } from "../files/run_id.ts";
import { listArchived } from "../lake/archived.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { manifestSha256 } from "../lake/manifest.ts";
import type { RecordedManifest } from "../lake/manifest_problems.ts";
import { listRuns, type Run, type RunList } from "../lake/runs.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { missingDirectories } from "../promotion/promotable.ts";
import { promotedManifest } from "../promotion/promoted_manifest.ts";
import { manifestDifference } from "../sql/compare_manifest.ts";
import { datasetTable, type PlacedObject, type SchemaObject, type SqlEngine } from "../sql/engine.ts";
import { expectedObjects } from "../sql/register.ts";
import { runLocation } from "../sql/register_run.ts";
import type { HistoryContext } from "./history_schema.ts";
import { MANIFEST_DETAILS, registeredManifests } from "./registered_manifests.ts";
import { registeredRuns } from "./registered_runs.ts";
import { type RunMetadata, readRunMetadata, UNKNOWN_METADATA } from "./run_metadata.ts";

/** A run's state as recorded in the registry. */
export type RunStatus =
  | "ok"
  | "missing_data"
  | "failed_incomplete"
  | "skipped_active"
  /** Moved out of the lake by archive_run. */
  | "archived"
  /** Registered before, but neither in the lake nor archived. */
  | "missing";

/** The present state of a run. */
export interface RunState {
  runId: string;
  schema: string;
  isActive: boolean;
  status: RunStatus;
  details: string | null;
  metadata: RunMetadata;
}

/** A run as found in the lake. */
export interface Observation {
  /** Sorted by run id. */
  states: RunState[];
  /** Names under `_runs/` that are not finished runs, each with the reason. */
  ignored: RunList["ignored"];
}

/** Every run has these datasets: a run without one of them has missing data. */
const canonicalDirectories = canonicalDatasets
  .filter(({ required }) => required)
  .map(({ directory }) => directory);

/**
 * Examines every run under `_runs/`, the archived runs, and those known only to the registry. Changes nothing. The history
 * schema must exist.
 */
export async function observeRuns(context: HistoryContext): Promise<Observation> {
  const { lake, engine } = context;
  const { runs, ignored } = await listRuns(lake);
  const dirs = new Map(runs.map(({ runId, dir }) => [runId, dir]));
  const archived = new Map((await listArchived(lake)).map(({ runId, dir }) => [runId, dir]));
  const known = (await registeredRuns(engine)).map(({ runId }) => runId).filter(isRunId);
  const active = namedRun(await readActive(lake));
  const registered = await registeredManifests(engine);
  const objects = await engine.placedObjects(RUN_SCHEMA_PREFIX);
  const states: RunState[] = [];
  for (const runId of [...new Set([...dirs.keys(), ...archived.keys(), ...known])].sort()) {
    const recorded = [...(registered.get(runId) ?? []), ...(await promotedManifest(lake, runId))];
    const kept = archived.get(runId);
    const dir = dirs.get(runId);
    const observed = { runId, isActive: runId === active, recorded };
    if (dir !== undefined) {
      const there = objects.get(schemaNameOf(runId)) ?? [];
      states.push(await observeRun(context, { ...observed, dir, there }));
    } else states.push(await observeAbsent(context, observed, kept));
  }
  return { states, ignored };
}

interface Observed {
  runId: string;
  dir: string;
  isActive: boolean;
  /** The sha256 of its manifest according to the registry and promotions.jsonl. */
  recorded: readonly RecordedManifest[];
  /** The tables and views of its schema. */
  there: readonly PlacedObject[];
}

async function observeRun({ engine, log }: HistoryContext, observed: Observed): Promise<RunState> {
  const { runId, dir, isActive } = observed;
  const schema = schemaNameOf(runId);
  const seen = await statusOf(engine, observed);
  return { runId, schema, isActive, ...seen, metadata: await readRunMetadata(dir, log) };
}

/** A run whose data is not in the lake; `kept` is the part of an archived run that stays there. */
async function observeAbsent(
  { log }: HistoryContext,
  { runId, isActive }: Omit<Observed, "dir" | "there">,
  kept: string | undefined,
): Promise<RunState> {
  const schema = schemaNameOf(runId);
  const known = { runId, schema, isActive };
  if (kept === undefined) return { ...known, status: "missing", details: null, metadata: UNKNOWN_METADATA };
  const sha256 = await manifestSha256(kept);
  const details = sha256 === undefined ? null : `${MANIFEST_DETAILS}${sha256}`;
  return { ...known, status: "archived", details, metadata: await readRunMetadata(kept, log) };
}

/** The first status that applies (the data contract, Reconcile's status). */
async function statusOf(
  engine: SqlEngine,
  { runId, dir, isActive, recorded, there }: Observed,
): Promise<Pick<RunState, "status" | "details">> {
  const withoutData = await missingDirectories(dir, canonicalDirectories);
  if (withoutData.length > 0) {
    return { status: "missing_data", details: `missing_datasets=${withoutData.join(" ")}` };
  }
  const difference = await manifestDifference(dir, runId);
  if (difference !== undefined) return { status: "failed_incomplete", details: difference };
  const withoutObject = await unregisteredObjects(engine, { runId, dir }, there);
  if (withoutObject.length > 0) {
    return { status: "failed_incomplete", details: `missing=${withoutObject.join(" ")}` };
  }
  const sha256 = await manifestSha256(dir);
  const other = recorded.find((record) => record.sha256 !== sha256);
  if (other !== undefined) {
    return {
      status: "failed_incomplete",
      details: `${MANIFEST_DETAILS}${sha256 ?? "missing"}/${other.sha256}`,
    };
  }
  const details = sha256 === undefined ? null : `${MANIFEST_DETAILS}${sha256}`;
  return { status: isActive ? "skipped_active" : "ok", details };
}

/**
 * The tables and views missing from a run's schema, for the datasets that the run has (`datasetsIn`). A table located outside
 * the run's directory counts as missing. `there` is what the schema has; the engine is asked for the locations of tables only if
 * it does not tell them.
 */
export async function unregisteredObjects(
  engine: SqlEngine,
  { runId, dir }: Pick<Run, "runId" | "dir">,
  there: readonly PlacedObject[],
): Promise<string[]> {
  const tables = await datasetsIn(dir);
  const views = new Set(there.filter(isView).map(({ name }) => name));
  const locations = there.every(isPlaced)
    ? new Map(there.map(({ name, location }) => [name, location]))
    : await engine.locations(schemaNameOf(runId));
  const placed = tables.map((table) => datasetTable(table, runLocation(runId)));
  return [
    ...placed.filter(({ name, location }) => locations.get(name) !== location),
    ...expectedObjects(tables).filter((object) => isView(object) && !views.has(object.name)),
  ].map(({ name }) => name);
}

/** Whether the location of a table is known without asking the table. */
export function isPlaced({ kind, location }: PlacedObject): boolean {
  return kind === "view" || location !== undefined;
}

const isView = ({ kind }: SchemaObject) => kind === "view";
