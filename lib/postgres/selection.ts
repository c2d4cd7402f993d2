import { ExpectedError } from "../cli/errors.ts";
import { nearest } from "../cli/nearest.ts";
import { namesIn } from "../datasets/choose.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { datasetName } from "../lake/done.ts";
import { selectRun } from "../lake/run_selection.ts";
import { requireActiveRun } from "../promotion/active.ts";

/** The sealed run with this id, by default the run that is active now. */
export async function runToLoad(lake: string, runId?: string): Promise<{ runId: string; dir: string }> {
  if (runId === undefined) return requireActiveRun(lake);
  const run = await selectRun({ lake, "run-id": runId });
  if (run.state === "sealed") return run;
  throw new ExpectedError(`run ${run.runId} is still being built: only a sealed run can be loaded`);
}

/** All datasets of a run, or those listed by the name of the dataset or its table. */
export async function datasetsToLoad(dir: string, choice: string): Promise<TableDeclaration[]> {
  const there = await datasetsIn(dir);
  if (choice === "all") return there;
  const wanted = namesIn(choice);
  const isNamed = ({ directory, table }: TableDeclaration, name: string) =>
    datasetName(directory) === name || table === name;
  const unknown = wanted.find((name) => !there.some((dataset) => isNamed(dataset, name)));
  if (unknown === undefined) {
    return there.filter((dataset) => wanted.some((name) => isNamed(dataset, name)));
  }
  const names = there.map(({ directory }) => datasetName(directory));
  const likely = nearest(unknown, names);
  const hint = likely === undefined ? `it has ${names.join(", ")}` : `did you mean ${likely}?`;
  throw new ExpectedError(`the run has no dataset "${unknown}": ${hint}`);
}
