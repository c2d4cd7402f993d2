import { parseRunId } from "../files/run_id.ts";
import { type Manifest, readManifest } from "../lake/manifest.ts";
import { listRuns } from "../lake/runs.ts";
import { namedRun, readActive } from "../promotion/active.ts";
import { activations, readPromotions } from "../promotion/promotions.ts";

/** The run that another is compared with. */
export interface Baseline {
  dir: string;
  manifest: Manifest;
}

/**
 * The run that a run is compared with: the sealed run that was active at any time and has the greatest
 * dump month not after this run's, of several the latest run id; never the run itself. Undefined when there is none.
 */
export async function driftBaseline(lake: string, runId: string): Promise<Baseline | undefined> {
  const month = parseRunId(runId)?.dumpMonth ?? "";
  const promoted = await runsOnceActive(lake);
  const { runs } = await listRuns(lake);
  const candidates = runs
    .filter((run) => run.origin === "sealed" && run.runId !== runId && promoted.has(run.runId))
    .filter((run) => (parseRunId(run.runId)?.dumpMonth ?? "") <= month)
    // A run id begins with the dump month, so its order is the wanted one.
    .sort((a, b) => (a.runId < b.runId ? 1 : -1));
  const dir = candidates[0]?.dir;
  const manifest = dir === undefined ? undefined : await readManifest(dir);
  return dir === undefined || manifest === undefined ? undefined : { dir, manifest };
}

/** Every run that `active` is known to have led to. */
async function runsOnceActive(lake: string): Promise<Set<string>> {
  const switches = activations(await readPromotions(lake));
  const ids = switches.flatMap(({ run_id, previous }) => [run_id, previous]);
  return new Set([...ids, namedRun(await readActive(lake))].filter((id) => typeof id === "string"));
}
