import { ExpectedError } from "../cli/errors.ts";
import { nearest } from "../cli/nearest.ts";
import { namesIn } from "../files/files.ts";
import { BUILDING_PREFIX, lakePaths } from "../files/paths.ts";
import { isRunId, requireRunId } from "../files/run_id.ts";

/** The ids of all runs in a lake, sealed or not. */
export async function runIdsIn(lake: string): Promise<string[]> {
  return idsOf(await namesIn(lakePaths(lake).runs));
}

/** The ids of the runs of a lake that are not sealed. */
export async function buildingIdsIn(lake: string): Promise<string[]> {
  return idsOf((await namesIn(lakePaths(lake).runs)).filter((name) => name.startsWith(BUILDING_PREFIX)));
}

function idsOf(names: readonly string[]): string[] {
  const ids = names.map((name) =>
    name.startsWith(BUILDING_PREFIX) ? name.slice(BUILDING_PREFIX.length) : name,
  );
  return [...new Set(ids)].filter(isRunId).sort();
}

/** The newest run of a month where only that is given, else the one that is written most like it. */
export function likelyRun(given: string, ids: readonly string[]): string | undefined {
  const ofMonth = ids.findLast((runId) => given !== "" && runId.startsWith(given));
  return ofMonth ?? nearest(given, ids);
}

/** `; did you mean X?` for the run of a lake that was probably meant, among those that `idsIn` lists, or nothing. */
export async function meantRun(lake: string, given: string, idsIn = runIdsIn): Promise<string> {
  const likely = likelyRun(given, await idsIn(lake));
  return likely === undefined || likely === given ? "" : `; did you mean ${likely}?`;
}

/** The run id itself. ExpectedError when it is none, with the run that was probably meant, as {@link meantRun}. */
export async function requireRunIdFor(lake: string, given: string, idsIn = runIdsIn): Promise<string> {
  try {
    return requireRunId(given);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw new ExpectedError(`${error.message}${await meantRun(lake, given, idsIn)}`, { cause: error });
  }
}
