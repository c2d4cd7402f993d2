import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { allSessions, type Session, sessionLock } from "../lib/digdag/session.ts";
import { attemptTable, readAttempts } from "../lib/digdag/stage_times.ts";
import { liveOwner } from "../lib/files/lock.ts";
import { runOptions, selectRun, withPositional } from "../lib/lake/run_selection.ts";

/** Prints start, duration, share, CPU time and memory of each stage of a run's workflows. */
export const main = defineCommand({
  name: "scripts/stage_times.ts",
  summary: "Prints when each stage of a run's workflows ran, how long it took, and its share of the total.",
  description: [
    "Prints a table for each time bin/digdag ran a workflow on the run, failed attempts included. A stage is one",
    "script. Shares are of the time from start to end of bin/digdag; overlapping stages add up to more than 100 %.",
    "CPU time and peak memory (RSS) are those of the script's process.",
  ].join("\n"),
  options: runOptions,
  positionals: ["run_id?"],
  examples: ["bin/lake stage_times 2025-12__20260120_194923 --lake hive-data"],
  async run({ options, positionals, log, print, summarize }) {
    const { lake, runId } = await selectRun(withPositional(options, positionals));
    const sessions = (await allSessions(lake)).filter(({ record }) => record.run_id === runId);
    const tables = (await Promise.all(sessions.map((session) => tablesOf(lake, session)))).flat();
    for (const lines of tables) for (const line of lines) print(line);
    summarize("how long each stage took (bin/lake stage_times shows it)");
    if (tables.length === 0) {
      log.info(`no times recorded for run ${runId}: only workflows run with bin/digdag record them`);
    }
    return EXIT.ok;
  },
});

/** The table of each attempt of a session, with a heading. This process itself is not listed. */
async function tablesOf(lake: string, session: Session): Promise<string[][]> {
  const { workflow, session: time, dump_month: dumpMonth } = session.record;
  const runs = liveOwner(sessionLock({ lake, workflow, dumpMonth })) !== undefined;
  const attempts = await readAttempts(session);
  return attempts.map((attempt, index) => {
    const isRunning = runs && attempt.ended === undefined && index === attempts.length - 1;
    const stages = attempt.stages.filter(
      ({ pid, end }) => !isRunning || end !== undefined || pid !== process.pid,
    );
    const which = attempts.length === 1 ? "" : `, ${index + 1} of ${attempts.length} times`;
    const table = attemptTable({ ...attempt, stages }, isRunning ? Date.now() : undefined);
    return [`${workflow}.dig, session ${time.replace(".000Z", "Z")}${which}:`, ...table];
  });
}

await runAsEntrypoint(import.meta.url, main);
