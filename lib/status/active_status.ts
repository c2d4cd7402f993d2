import { type ActiveState, namedRun, readActive } from "../promotion/active.ts";
import { activations, type Intent, readPromotions } from "../promotion/promotions.ts";
import { orProblem } from "./problem.ts";

/** A switch of `active`. */
export interface Switch {
  time: string;
  action: Intent["action"];
  run_id: string;
  /** The previously active run. */
  previous: string | null;
}

/** The present and past of `active`. */
export interface ActiveStatus {
  /** `run` is fine, as is `missing` before the first promotion; all others are problems. */
  kind: ActiveState["kind"];
  /** The run that it names, even if that is gone. */
  run_id: string | null;
  /** When it was switched there. */
  since: string | null;
  /** All recorded switches, oldest first. */
  history: Switch[];
}

/** Reads the present and past of a lake's `active`. */
export async function activeStatus(lake: string, problems: string[]): Promise<ActiveStatus> {
  const active = await readActive(lake);
  const history = await orProblem(problems, [], async () => switches(await readPromotions(lake)));
  const runId = namedRun(active) ?? null;
  if (active.kind === "dangling" || active.kind === "elsewhere") {
    problems.push(`active points to ${active.target}, which is not a run of this lake: promote a run`);
  } else if (active.kind === "obstacle") {
    problems.push(`active is a ${active.what}, not a link: move it away, then promote a run`);
  } else if (active.kind === "missing" && history.length > 0) {
    problems.push(`active is missing, though run ${history.at(-1)?.run_id} was active: promote a run`);
  }
  const since = history.at(-1)?.run_id === runId ? (history.at(-1)?.time ?? null) : null;
  return { kind: active.kind, run_id: runId, since, history };
}

function switches(promotions: Awaited<ReturnType<typeof readPromotions>>): Switch[] {
  return activations(promotions).map(({ time, action, run_id, previous }) => ({
    time,
    action,
    run_id,
    previous,
  }));
}
