import { namedRun, readActive } from "./active.ts";
import { activations, readPromotions } from "./promotions.ts";

/** Every run that `active` is known to have pointed to. */
export async function runsOnceActive(lake: string): Promise<Set<string>> {
  const switches = activations(await readPromotions(lake));
  const ids = switches.flatMap(({ run_id, previous }) => [run_id, previous]);
  return new Set([...ids, namedRun(await readActive(lake))].filter((id) => typeof id === "string"));
}
