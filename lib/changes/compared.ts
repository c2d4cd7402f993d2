import { join } from "node:path";
import { quotedString } from "@duckdb/node-api";
import { datasetName } from "../datasets/dataset_name.ts";
import { type Entity, type ExtractedDataset, entities } from "../datasets/declaration.ts";
import { extractedDatasets } from "../datasets/index.ts";
import { PARQUET_FILES } from "../files/paths.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";

/** A run to compare with another. */
export interface ComparedRun {
  runId: string;
  dir: string;
}

/** The two runs of a comparison. */
export interface RunPair {
  from: ComparedRun;
  to: ComparedRun;
}

/** A dataset that both runs have. */
export interface ComparedDataset {
  dataset: ExtractedDataset;
  name: string;
  /** The columns that both runs have, without the record's id if that is the only owner. */
  columns: readonly string[];
  /**
   * The columns that determine the record of a row. A membership names two artists without telling whose record it comes from,
   * so it belongs to both.
   */
  owners: readonly string[];
}

/** The compared parts of one kind of record. */
export interface ComparedEntity {
  entity: Entity;
  /** The dataset with one row per record. */
  main: ComparedDataset;
  /** The datasets with any number of rows per record. */
  details: readonly ComparedDataset[];
}

/** What two runs have in common, and what only one of them has. */
export interface Common {
  entities: readonly ComparedEntity[];
  /** Datasets and columns that are not compared, by the run that has them. */
  only: Readonly<Record<"from" | "to", readonly string[]>>;
}

/** The dataset with one row per record, whose key is the record's id alone. */
export function mainDataset(entity: Entity): ExtractedDataset {
  const main = extractedDatasets.find((each) => each.entity === entity && each.key?.columns.length === 1);
  if (main === undefined) throw new TypeError(`no dataset has one row for each ${entity}`);
  return main;
}

/** The column with the id of a record in its main dataset. */
function idColumn(entity: Entity): string {
  return mainDataset(entity).key?.columns[0] ?? "";
}

/** The pattern of a dataset's files in a run. */
export function filesOf({ dir }: ComparedRun, { directory }: ExtractedDataset): string {
  return join(dir, directory, PARQUET_FILES);
}

/** Finds the datasets made from dumps, and their columns, that both runs have, by the columns in their files. */
export async function commonOf(session: DuckDbSession, { from, to }: RunPair): Promise<Common> {
  const before = await columnsByDataset(session, from);
  const after = await columnsByDataset(session, to);
  const shared = extractedDatasets.filter((dataset) => before.has(dataset) && after.has(dataset));
  const compared = shared.map((dataset) => compare(dataset, before.get(dataset), after.get(dataset)));
  const comparedEntities = entities.flatMap((entity) => entityOf(entity, compared));
  const used = new Set(comparedEntities.flatMap(({ main, details }) => [main, ...details]));
  return {
    entities: comparedEntities,
    only: { from: onlyIn(before, after, used), to: onlyIn(after, before, used) },
  };
}

type Columns = Map<ExtractedDataset, Set<string>>;

async function columnsByDataset(session: DuckDbSession, run: ComparedRun): Promise<Columns> {
  const has = new Set<object>(await datasetsIn(run.dir));
  const columns: Columns = new Map();
  for (const dataset of extractedDatasets.filter((each) => has.has(each))) {
    const from = readParquet(quotedString(filesOf(run, dataset)));
    const described = (await session.run(`DESCRIBE SELECT * FROM ${from}`)).getRowsJS();
    const there = new Set(described.map(([name]) => String(name)));
    const declared = dataset.columns.map(({ name }) => name).filter((name) => there.has(name));
    columns.set(dataset, new Set(declared));
  }
  return columns;
}

function compare(dataset: ExtractedDataset, one?: Set<string>, other?: Set<string>): ComparedDataset {
  const both = dataset.columns.map(({ name }) => name).filter((name) => one?.has(name) && other?.has(name));
  const owners = ownersOf(dataset);
  const columns = owners.length > 1 ? both : both.filter((name) => !owners.includes(name));
  return { dataset, name: datasetName(dataset.directory), columns, owners };
}

/** The columns that tell which record a row of a dataset belongs to. */
export function ownersOf({ entity, columns, references = [] }: ExtractedDataset): string[] {
  const id = idColumn(entity);
  if (columns.some(({ name }) => name === id)) return [id];
  const { table } = mainDataset(entity);
  return references.filter(({ to }) => to.table === table).flatMap((reference) => [...reference.columns]);
}

function entityOf(entity: Entity, compared: readonly ComparedDataset[]): ComparedEntity[] {
  const of = compared.filter(({ dataset }) => dataset.entity === entity);
  const main = of.find(({ dataset }) => dataset === mainDataset(entity));
  return main === undefined ? [] : [{ entity, main, details: of.filter((each) => each !== main) }];
}

function onlyIn(columns: Columns, others: Columns, used: ReadonlySet<ComparedDataset>): string[] {
  const comparedNames = new Set([...used].map(({ name }) => name));
  return [...columns].flatMap(([dataset, names]) => {
    const name = datasetName(dataset.directory);
    if (!comparedNames.has(name)) return [name];
    const theirs = others.get(dataset);
    return [...names].filter((column) => theirs?.has(column) === false).map((column) => `${name}.${column}`);
  });
}

/** Names what only one of the runs has; null if there is nothing. */
export function notComparedText({ from, to }: RunPair, { only }: Common): string | null {
  const parts = [
    only.from.length === 0 ? [] : [`only ${from.runId} has ${only.from.join(", ")}`],
    only.to.length === 0 ? [] : [`only ${to.runId} has ${only.to.join(", ")}`],
  ].flat();
  return parts.length === 0 ? null : `not compared: ${parts.join("; ")}`;
}
