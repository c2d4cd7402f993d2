import { join } from "node:path";
import { ExpectedError, oneLine } from "../cli/errors.ts";
import { extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { datasetName } from "../lake/done.ts";
import type { DatasetMeasures } from "../lake/measures.ts";
import { openRunEngine, type RunEngine } from "../sql/duckdb/open.ts";
import type { SessionLimits } from "../sql/duckdb/session.ts";
import { ACTIVE_SCHEMA } from "../sql/engine.ts";
import { registerSchema } from "../sql/register.ts";
import type { ColumnsMeasured } from "./checked_before.ts";
import { measureColumns, measureReferences } from "./measures.ts";
import { checkColumns, readParts } from "./parts.ts";

/** The datasets that are compared between months: the collection is not one of them. */
export const comparedDatasets: readonly TableDeclaration[] = [...extractedDatasets, ...warehouseDatasets];

/** The measures of a run's datasets by name, and for a dataset without measures the reason. */
export interface MonthMeasures {
  measures: ReadonlyMap<string, DatasetMeasures>;
  unreadable: ReadonlyMap<string, string>;
}

/**
 * Measures the files of these datasets of a run. `known` returns column measures made earlier, or undefined. An
 * unreadable dataset gets no measures, and references to it are not counted.
 */
export async function measureMonth(
  dir: string,
  datasets: readonly TableDeclaration[],
  limits: SessionLimits,
  known: (dataset: TableDeclaration) => Promise<ColumnsMeasured | undefined>,
): Promise<MonthMeasures> {
  const run = await openRunEngine(dir, limits);
  try {
    const columns = new Map<TableDeclaration, ColumnsMeasured>();
    const unreadable = new Map<string, string>();
    for (const dataset of datasets) {
      try {
        columns.set(dataset, (await known(dataset)) ?? (await measured(run, dir, dataset)));
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        unreadable.set(datasetName(dataset.directory), oneLine(error));
      }
    }
    return { measures: await withReferences(run, columns), unreadable };
  } finally {
    await run.engine.close();
  }
}

async function measured({ session }: RunEngine, dir: string, dataset: TableDeclaration) {
  const directory = join(dir, dataset.directory);
  const { names, problems } = await readParts(session, directory, false);
  if (problems[0] !== undefined) throw new ExpectedError(`${directory}: ${problems[0]}`);
  // A run sealed by an older version lacks the columns added since.
  const { absent } = await checkColumns(session, directory, dataset, names, `${dataset.table}.columns`, {
    mayLack: ({ added }) => added === true,
  });
  const columns = dataset.columns.filter(({ name }) => !absent.has(name));
  const paths = names.map((name) => join(directory, name));
  return measureColumns(session, { ...dataset, columns }, paths);
}

async function withReferences(
  { engine, session }: RunEngine,
  columns: ReadonlyMap<TableDeclaration, ColumnsMeasured>,
): Promise<Map<string, DatasetMeasures>> {
  const tables = [...columns.keys()];
  await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables });
  const usable = new Set(tables.map(({ table }) => table));
  const measures = new Map<string, DatasetMeasures>();
  for (const [dataset, found] of columns) {
    const references = dataset.references?.filter(({ to }) => usable.has(to.table)) ?? [];
    measures.set(datasetName(dataset.directory), {
      columns: found,
      references: await measureReferences(session, { ...dataset, references }),
    });
  }
  return measures;
}
