import { CheckFailedError, EXIT, ExpectedError, oneLine } from "../cli/errors.ts";
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

/**
 * The error of a step that follows a switch of `active`, with the state that it leaves. What would otherwise be bad input
 * becomes a CheckFailedError, because the switch itself took place.
 */
export function afterSwitch(error: unknown, state: string): unknown {
  if (!(error instanceof ExpectedError)) return withState(error, state);
  if (error.exitCode !== EXIT.badInput) return error;
  return new CheckFailedError(`${state}: ${oneLine(error)}`, { cause: error });
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
