import { link, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { filesBelow, makeDirectory } from "../files/files.ts";
import { parseRunId } from "../files/run_id.ts";

/**
 * Makes a run from the data of another without taking space: its files are hard links. Copies the manifest with the new run's id
 * and month. Both arguments are directories of runs, `.../<run id>`.
 */
export async function linkRun(from: string, to: string): Promise<void> {
  const making = `${to}.making`;
  for (const name of await filesBelow(from)) {
    const [source, target] = [join(from, name), join(making, name)];
    await makeDirectory(dirname(target));
    if (name === "manifest.json") {
      await writeFile(target, manifestOf(await readFile(source, "utf8"), basename(to)));
    } else await link(source, target);
  }
  await rename(making, to);
}

function manifestOf(manifest: string, runId: string): string {
  const dump_month = parseRunId(runId)?.dumpMonth;
  return JSON.stringify({ ...JSON.parse(manifest), run_id: runId, dump_month });
}

/** Ids of this many runs, one per month from 2010-01 on. */
export function monthlyRunIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const month = `${2010 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;
    return `${month}__${month.replace("-", "")}15_120000`;
  });
}
