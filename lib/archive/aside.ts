import { copyFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { namesIn, syncPath } from "../files/files.ts";
import { assertWritable } from "../files/guard.ts";
import { halfMade } from "../files/half_made.ts";
import { inRun, TEMPORARY_PREFIX, temporaryName } from "../files/paths.ts";
import { removeLeft } from "./copy_run.ts";

/** Name prefix of the directory of an archived run that is being removed. */
export const asideName = (runId: string): string => `${TEMPORARY_PREFIX}archived.${runId}.`;

/**
 * Removes what an interrupted call left of an archived run in `_runs`, once these copies have its reports: the call may not have
 * come to compare them.
 */
export async function removeAside(runs: string, runId: string, copies: readonly string[]): Promise<void> {
  for (const name of (await namesIn(runs)).filter((each) => each.startsWith(asideName(runId)))) {
    for (const copy of copies) await withReports(join(runs, name), copy);
  }
  await removeLeft(runs, asideName(runId));
}

/** A copy of a run, updated with the reports written since, each of which appears in it as a whole. */
export async function withReports(dir: string, copy: string): Promise<string> {
  const [from, to] = [inRun.reports(dir), inRun.reports(copy)];
  const there = new Set(await namesIn(to));
  for (const name of (await namesIn(from)).filter((each) => !there.has(each))) {
    assertWritable(join(to, name));
    const left = [...there].filter((each) => each.startsWith(`${TEMPORARY_PREFIX}${name}.`));
    for (const each of left) await rm(join(to, each), { force: true });
    const temporary = join(to, temporaryName(name));
    const isDone = halfMade(temporary);
    try {
      await copyFile(join(from, name), temporary);
      await syncPath(temporary);
      await rename(temporary, join(to, name));
    } finally {
      await rm(temporary, { force: true });
      isDone();
    }
  }
  await syncPath(to);
  return copy;
}
