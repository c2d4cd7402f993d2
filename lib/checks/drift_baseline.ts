import { parseRunId } from "../files/run_id.ts";
import { knownRuns } from "../lake/known_runs.ts";
import { type Manifest, readManifest } from "../lake/manifest.ts";
import { runsOnceActive } from "../promotion/once_active.ts";

/** The run that another run is compared with. */
export interface Baseline {
  dir: string;
  manifest: Manifest;
  /** False for an archived run, of which the lake keeps only the manifest. */
  hasData: boolean;
}

/**
 * Finds the baseline of a run: of all sealed runs, archived or not, that were ever active, the one with the latest dump
 * month not after this run's, and within a month the one with the latest run id; never the run itself. Undefined when
 * there is none.
 */
export async function driftBaseline(lake: string, runId: string): Promise<Baseline | undefined> {
  const month = parseRunId(runId)?.dumpMonth ?? "";
  const promoted = await runsOnceActive(lake);
  const candidates = (await knownRuns(lake))
    .filter((run) => run.kind !== "original" && run.runId !== runId && promoted.has(run.runId))
    .filter((run) => (parseRunId(run.runId)?.dumpMonth ?? "") <= month)
    // Run ids begin with the dump month, so sorting by id gives this order.
    .sort((a, b) => (a.runId < b.runId ? 1 : -1));
  const [run] = candidates;
  const manifest = run === undefined ? undefined : await readManifest(run.dir);
  if (run === undefined || manifest === undefined) return undefined;
  return { dir: run.dir, manifest, hasData: run.kind === "sealed" };
}
