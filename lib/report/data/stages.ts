import { allSessions } from "../../digdag/session.ts";
import { type Attempt, readAttempts, shortTask } from "../../digdag/stage_times.ts";

/** Durations of main.dig's stages for one run in seconds, including repeated attempts. */
export interface RunStages {
  runId: string;
  /** From the start of each attempt to its end. */
  wall: number;
  /** By stage, in the order in which they first ran; stages may overlap. */
  stages: ReadonlyMap<string, number>;
}

/** The stage times of the last runs that main.dig finished, oldest first; at most this many. */
export async function readStages(lake: string, most: number): Promise<RunStages[]> {
  const sessions = (await allSessions(lake))
    .filter(({ record }) => record.workflow === "main" && record.state === "finished")
    .flatMap((session) =>
      session.record.run_id === undefined ? [] : [{ session, runId: session.record.run_id }],
    )
    .sort((a, b) => (a.runId < b.runId ? -1 : 1))
    .slice(-most);
  const all = await Promise.all(
    sessions.map(async ({ session, runId }) => stagesOf(runId, await readAttempts(session))),
  );
  return all.filter(({ stages }) => stages.size > 0);
}

function stagesOf(runId: string, attempts: readonly Attempt[]): RunStages {
  const stages = new Map<string, number>();
  let wall = 0;
  for (const attempt of attempts) {
    if (attempt.ended !== undefined) wall += (attempt.ended.time - attempt.began) / 1000;
    for (const { task, began, end } of attempt.stages) {
      if (end === undefined) continue;
      const name = shortTask(task);
      stages.set(name, (stages.get(name) ?? 0) + (end.time - began) / 1000);
    }
  }
  return { runId, wall, stages };
}
