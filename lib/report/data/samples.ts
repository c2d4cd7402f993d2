import { ExpectedError, oneLine } from "../../cli/errors.ts";
import type { Logger } from "../../cli/log.ts";
import type { TableDeclaration } from "../../datasets/types.ts";
import { openRunEngine } from "../../sql/duckdb/open.ts";
import type { SessionLimits } from "../../sql/duckdb/session.ts";
import { ACTIVE_SCHEMA, CATALOG, datasetTable } from "../../sql/engine.ts";

/** Rows of each dataset that a page shows. */
const ROWS = 5;
/** Characters shown of a value; one more is read to detect longer ones. */
export const LONGEST_VALUE = 60;

/** The first rows of a dataset, as text; null is NULL. */
export interface Sample {
  columns: readonly string[];
  rows: readonly (readonly (string | null)[])[];
  /** Row count of the dataset; undefined if unreadable. */
  count: number | undefined;
}

/** The first rows of each dataset of a run, by table. An unreadable one has none, with a warning; the checks tell more. */
export async function readSamples(
  dir: string,
  tables: readonly TableDeclaration[],
  limits: SessionLimits,
  log: Logger,
): Promise<Map<string, Sample>> {
  const { engine } = await openRunEngine(dir, limits);
  try {
    await engine.createSchema(ACTIVE_SCHEMA);
    const samples = new Map<string, Sample>();
    for (const declaration of tables) {
      const { table, columns } = declaration;
      const names = columns.map(({ name }) => name);
      try {
        await engine.externalTable(ACTIVE_SCHEMA, datasetTable(declaration, "."));
        const [first, all] = [
          await engine.query(firstRows(table, names)),
          await engine.query(countRows(table)),
        ];
        const rows = first.rows.map((row) => row.map((value) => (value === null ? null : String(value))));
        samples.set(table, { columns: names, rows, count: Number(all.rows[0]?.[0]) });
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        log.warn(`the page of the run shows no rows of ${table}: ${oneLine(error)}`);
      }
    }
    return samples;
  } finally {
    await engine.close();
  }
}

function firstRows(table: string, columns: readonly string[]): string {
  const texts = columns.map(
    (name) => `substr(CAST("${name}" AS VARCHAR), 1, ${LONGEST_VALUE + 1}) AS "${name}"`,
  );
  return `SELECT ${texts.join(", ")} FROM ${CATALOG}.${ACTIVE_SCHEMA}.${table} LIMIT ${ROWS}`;
}

const countRows = (table: string) => `SELECT count(*) FROM ${CATALOG}.${ACTIVE_SCHEMA}.${table}`;
