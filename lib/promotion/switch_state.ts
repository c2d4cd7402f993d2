import { withState } from "../cli/system_error.ts";
import { namedRun, readActive } from "./active.ts";

/**
 * Runs what switches `active`. An error of the system that ends it names the run that is active then: still `before`,
 * or already another one.
 */
export async function namingActive<T>(
  lake: string,
  before: string | undefined,
  fn: () => Promise<T>,
): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    throw withState(error, await stateOf(lake, before));
  }
}

async function stateOf(lake: string, before: string | undefined): Promise<string> {
  let now: string | undefined;
  try {
    now = namedRun(await readActive(lake));
  } catch {
    return "which run is active can't be read";
  }
  if (now === before) return `active is still ${now ?? "no run"}; repeat the command when that is mended`;
  return `active is already ${now ?? "no run"}; repeat the command, which only finishes the record`;
}
