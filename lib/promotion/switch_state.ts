import { withState } from "../cli/system_error.ts";
import { namedRun, readActive } from "./active.ts";

/**
 * Runs a switch of `active`. A system error that ends it is extended with the run that is active afterwards: still
 * `before`, or already another one.
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
  if (now === before) return `active is still ${now ?? "no run"}; fix the cause and repeat the command`;
  return `active is already ${now ?? "no run"}; repeat the command, which only completes the record`;
}
