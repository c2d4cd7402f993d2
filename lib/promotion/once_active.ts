import { namedRun, readActive } from "./active.ts";
import { activations, readPromotions } from "./promotions.ts";

/** Every run that `active` is known to have pointed to, the last one first. */
export async function runsOnceActive(lake: string): Promise<Set<string>> {
  const switches = activations(await readPromotions(lake));
  const ids = switches.flatMap(({ run_id, previous }) => [previous, run_id]);
  const inOrder = [...ids, namedRun(await readActive(lake))];
  return new Set(inOrder.reverse().filter((id) => typeof id === "string"));
}
