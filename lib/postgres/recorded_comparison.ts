import { ExpectedError } from "../cli/errors.ts";
import { comparisonEvents, historyName } from "../history/event_tables.ts";
import { readHistory } from "../history/read_history.ts";
import { rowObjects } from "../sql/engine.ts";

/** A valid comparison of two runs. */
export interface Comparison {
  time: Date;
  from: string;
  to: string;
}

/**
 * The comparison that leads from the run that a schema holds to another one.
 * @throws ExpectedError when there is none, or when it leaves out what only one of the runs has
 */
export async function recordedComparison(
  lake: string,
  from: string,
  to: string,
  schema: string,
): Promise<Comparison> {
  const comparisons = await readHistory(lake, [comparisonEvents], (engine) =>
    engine.query(`SELECT * FROM ${historyName(comparisonEvents.latestView)}`),
  );
  const found = (comparisons === undefined ? [] : rowObjects(comparisons)).find(
    (row) => row.from_run === from && row.to_run === to,
  );
  if (!(found?.event_ts_utc instanceof Date)) {
    throw new ExpectedError(
      `schema ${schema} holds run ${from}, with which run ${to} was not compared: run bin/lake compare_runs ` +
        `--from-run ${from} --to-run ${to}, or load it without --changes`,
    );
  }
  if (found.details !== null) {
    throw new ExpectedError(
      `schema ${schema} holds run ${from}, which does not have the datasets and columns of run ${to} ` +
        `(${String(found.details)}): load it without --changes`,
    );
  }
  return { time: found.event_ts_utc, from, to };
}
