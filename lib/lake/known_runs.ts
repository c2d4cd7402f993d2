import { ExpectedError } from "../cli/errors.ts";
import { kindOf } from "../files/files.ts";
import { buildingDir } from "../files/paths.ts";
import { isRunId } from "../files/run_id.ts";
import { listArchived } from "./archived.ts";
import { likelyRun } from "./likely_run.ts";
import { listRuns } from "./runs.ts";

/** A finished run, in the lake or archived. */
export interface KnownRun {
  runId: string;
  /** Its directory; for an archived run, what the lake keeps of it, without data. */
  dir: string;
  kind: "sealed" | "original" | "archived";
}

/** All finished runs of a lake, including archived ones, sorted by run id. */
export async function knownRuns(lake: string): Promise<KnownRun[]> {
  const { runs } = await listRuns(lake);
  const there = runs.map(({ runId, dir, origin }): KnownRun => ({ runId, dir, kind: origin }));
  const archived = (await listArchived(lake)).map((run): KnownRun => ({ ...run, kind: "archived" }));
  return [...there, ...archived].sort((a, b) => (a.runId < b.runId ? -1 : 1));
}

/** The finished run with this id. ExpectedError that suggests the run that was probably meant. */
export async function requireKnownRun(lake: string, given: string): Promise<KnownRun> {
  const known = await knownRuns(lake);
  const run = known.find(({ runId }) => runId === given);
  if (run !== undefined) return run;
  if (isRunId(given) && (await kindOf(buildingDir(lake, given))) !== undefined) {
    throw new ExpectedError(`run ${given} is not sealed`);
  }
  const ids = known.map(({ runId }) => runId);
  const meant = likelyRun(given, ids);
  const instead = meant === undefined ? listText(ids) : `did you mean ${meant}?`;
  throw new ExpectedError(`there is no run "${given}" in ${lake}; ${instead}`);
}

function listText(ids: readonly string[]): string {
  return ids.length === 0 ? "it has none" : `it has ${ids.join(", ")}`;
}
