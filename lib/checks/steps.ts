import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { ProgressMeter } from "../cli/progress.ts";

/** Reports the step that begins, and the progress of the previous ones. */
export type ShowStep = (step: string) => void;

/**
 * Steps through datasets, weighted by the size of their files.
 * @param what names the work: `reading`
 * @param directories of the datasets below `root`; each is a step
 */
export function stepsBySize(
  log: Logger,
  what: string,
  { root, directories }: { root: string; directories: readonly string[] },
): ShowStep {
  const sizes = new Map(directories.map((directory) => [directory, bytesIn(join(root, directory))]));
  return steps(log, new ProgressMeter(what, "bytes"), sizes);
}

/** Steps through checks of equal weight. */
export function stepsByCount(log: Logger, what: string, checks: readonly string[]): ShowStep {
  return steps(log, new ProgressMeter(what, "checks"), new Map(checks.map((check) => [check, 1])));
}

function steps(log: Logger, meter: ProgressMeter, sizes: ReadonlyMap<string, number>): ShowStep {
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let [done, current] = [0, 0];
  return (step) => {
    done += current;
    current = sizes.get(step) ?? 0;
    log.progress(`${meter.text({ done, total })}, ${step}`);
  };
}

/** The bytes of the files in a directory; 0 if it is missing, which the checks report. */
function bytesIn(directory: string): number {
  try {
    return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return 0;
    throw error;
  }
}
