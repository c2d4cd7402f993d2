import { rename } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { kindOf, namesIn, removeTree, syncPath } from "./files.ts";
import { assertRemovable } from "./guard.ts";
import { buildingDir, lakePaths, sealedDir, TEMPORARY_PREFIX, temporaryName } from "./paths.ts";
import { requireRunId } from "./run_id.ts";
import { holdRun } from "./run_lock.ts";

/**
 * Removes a run that is not sealed, in whole: first renamed, so that half of it is never taken for a run.
 * ExpectedError when it is sealed, being written by a live process, or not there. Called again after it was
 * interrupted, it removes the rest. `beforeRemoval` runs when nothing stands against it any more, and may throw.
 */
export async function discardRun(
  lake: string,
  runId: string,
  beforeRemoval: () => Promise<unknown> = async () => {},
): Promise<void> {
  const building = buildingDir(lake, requireRunId(runId));
  await holdRun(lake, runId, `discarding run ${runId}`, async () => {
    const { runs } = lakePaths(lake);
    const there = (await kindOf(building)) !== undefined;
    const leftovers = await discardedBefore(runs, runId);
    if (!there && leftovers.length === 0) throw new ExpectedError(await notBuilding(lake, runId));
    await beforeRemoval();
    if (there) {
      const aside = join(runs, temporaryName(`discarded.${runId}`));
      assertRemovable(building);
      await removeTree(aside);
      await rename(building, aside);
      await syncPath(runs);
      await removeTree(aside);
    }
    for (const leftover of leftovers) await removeTree(leftover);
  });
}

async function discardedBefore(runs: string, runId: string): Promise<string[]> {
  const names = await namesIn(runs);
  return names
    .filter((name) => name.startsWith(`${TEMPORARY_PREFIX}discarded.${runId}.`))
    .map((name) => join(runs, name));
}

async function notBuilding(lake: string, runId: string): Promise<string> {
  return (await kindOf(sealedDir(lake, runId))) === undefined
    ? `there is no run ${runId} in ${lake}`
    : `run ${runId} is sealed, and a sealed run is never removed by a script`;
}
