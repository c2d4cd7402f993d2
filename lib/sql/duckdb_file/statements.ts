import { join } from "node:path";
import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import { byShortName } from "../../datasets/short_name.ts";
import type { DerivedColumn, TableDeclaration } from "../../datasets/types.ts";
import { tableSelect } from "../duckdb/table_sql.ts";
import { datasetTable } from "../engine.ts";

/** A view of the file, with its comments. */
interface CommentedView {
  name: string;
  select: string;
  about: string;
  columns: readonly { name: string; about: string }[];
}

/** The run that a file shows, for its view `run`; unknown fields are NULL. */
export interface ShownRun {
  runId: string;
  dumpMonth: string | undefined;
  /** `YYYY-MM-DD` */
  dumpDate: string | undefined;
}

/**
 * The statements that fill the attached database `database`: a view per dataset, by its short name, on the files in `runDir`
 * (absolute), and `run`, which names the run; with a comment on every view and column.
 */
export function fileStatements(
  database: string,
  run: ShownRun,
  runDir: string,
  datasets: readonly TableDeclaration[],
): { views: string[]; statements: string[] } {
  const views = [
    runView(run),
    ...byShortName(datasets).map(({ name, dataset }) => datasetView(name, dataset, runDir)),
  ];
  const statements = views.flatMap((view) => viewStatements(database, view));
  return { views: views.map(({ name }) => name), statements };
}

function viewStatements(database: string, { name, select, about, columns }: CommentedView): string[] {
  const view = [database, "main", name].map(quotedIdentifier).join(".");
  return [
    `CREATE VIEW ${view} AS ${select}`,
    `COMMENT ON VIEW ${view} IS ${quotedString(about)}`,
    ...columns.map(
      (column) =>
        `COMMENT ON COLUMN ${view}.${quotedIdentifier(column.name)} IS ${quotedString(column.about)}`,
    ),
  ];
}

function datasetView(name: string, dataset: TableDeclaration, runDir: string): CommentedView {
  const { derived = [], about, columns } = dataset;
  const select = tableSelect("main", datasetTable(dataset, "."), join(runDir, dataset.directory));
  const further = derived.map(
    (column) => `, CAST(${derivedSql(column)} AS BIGINT) AS ${quotedIdentifier(column.name)}`,
  );
  return {
    name,
    select: derived.length === 0 ? select : `SELECT *${further.join("")} FROM (${select})`,
    about,
    columns: [...columns, ...derived],
  };
}

function derivedSql({ rule, from }: DerivedColumn): string {
  const column = quotedIdentifier(from);
  return rule === "same" ? column : `CASE WHEN ${column} > 0 THEN ${column} - ${column} % 10 END`;
}

function runView({ runId, dumpMonth, dumpDate }: ShownRun): CommentedView {
  const text = (value: string | undefined) =>
    `CAST(${value === undefined ? "NULL" : quotedString(value)} AS VARCHAR)`;
  return {
    name: "run",
    select: `SELECT ${text(runId)} AS run_id, ${text(dumpMonth)} AS dump_month, CAST(${text(dumpDate)} AS DATE) AS dump_date`,
    about: "One row: the run that the views of this file show.",
    columns: [
      { name: "run_id", about: "Id of the run: month of the dump, and UTC time of its session." },
      { name: "dump_month", about: "Month of the Discogs dump, as `YYYY-MM`." },
      { name: "dump_date", about: "Date of the dump files; NULL if the run has no manifest." },
    ],
  };
}
