import { rename } from "node:fs/promises";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import { kindOf, namesIn, removeTree, syncPath } from "../files/files.ts";
import { assertRemovable } from "../files/guard.ts";
import { buildingDir, lakePaths, sealedDir, TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import { buildingIdsIn, meantRun, requireRunIdFor } from "./likely_run.ts";
import { holdRun } from "./run_lock.ts";

/**
 * Removes an unsealed run completely; it is renamed first, so that a half-removed one is never taken for a run.
 * ExpectedError when it is sealed, being written by a live process, or does not exist. Called again after an
 * interruption, it removes the rest. `beforeRemoval` runs once nothing prevents the removal any more, and may throw; it
 * returns how much else belongs to the run: one that never began may still have sessions.
 */
export async function discardRun(
  lake: string,
  runId: string,
  beforeRemoval: () => Promise<number> = async () => 0,
): Promise<void> {
  const building = buildingDir(lake, await requireRunIdFor(lake, runId, buildingIdsIn));
  await holdRun(lake, runId, `discarding run ${runId}`, async () => {
    const { runs } = lakePaths(lake);
    const there = (await kindOf(building)) !== undefined;
    const leftovers = await discardedBefore(runs, runId);
    const isSealed = (await kindOf(sealedDir(lake, runId))) !== undefined;
    const nothingThere = !there && leftovers.length === 0;
    if (nothingThere && isSealed) {
      throw new ExpectedError(`run ${runId} is sealed, and a sealed run is never removed by a script`);
    }
    const others = await beforeRemoval();
    if (nothingThere && others === 0) {
      const meant = await meantRun(lake, runId, buildingIdsIn);
      throw new ExpectedError(`there is no run ${runId} in ${lake}${meant}`);
    }
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
    .filter((name) => /^(discarded|begun)\./.test(name.slice(TEMPORARY_PREFIX.length)))
    .filter((name) => name.startsWith(TEMPORARY_PREFIX) && name.includes(`.${runId}.`))
    .map((name) => join(runs, name));
}
