import { dirname, join } from "node:path";
import { quotedString } from "@duckdb/node-api";
import { counted, countText } from "../cli/amounts.ts";
import { ExpectedError, withCleanup } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { makeDirectory, publishDirectory, removeTree } from "../files/files.ts";
import { foreignEntry } from "../files/foreign_entry.ts";
import { assertWritable } from "../files/guard.ts";
import { halfMade } from "../files/half_made.ts";
import { temporaryName } from "../files/paths.ts";
import { type DatasetFile, describeFiles } from "../lake/done.ts";
import { metadataOption } from "../parquet/metadata_option.ts";
import type { Filled } from "../parquet/filled.ts";
import { openRunEngine } from "../sql/duckdb/open.ts";
import type { DuckDbSession, SessionLimits } from "../sql/duckdb/session.ts";
import { showingStatements } from "../sql/duckdb/statement_progress.ts";
import { ACTIVE_SCHEMA } from "../sql/engine.ts";
import { registerSchema } from "../sql/register.ts";
import { filledInFile } from "./filled_in_file.ts";
import { requireInputs, sourcesOf } from "./inputs.ts";
import { warehouseSql } from "./warehouse_sql.ts";

/** The only file of a dataset. */
const DATA_FILE = "data.parquet";

/** How a warehouse dataset is built. */
export interface BuildOptions extends SessionLimits {
  log: Logger;
  /** Replace an existing dataset; otherwise that is an error. */
  replace?: boolean;
}

/** A built warehouse dataset. */
export interface BuiltDataset {
  rows: number;
  files: DatasetFile[];
  /** Dropped rows by reason. */
  counts: Record<string, number>;
  /** Number of non-NULL rows by column. */
  filled: Filled;
}

/**
 * Builds one warehouse dataset from the canonical ones in `runDir`: a sorted `data.parquet`, in a directory that is published
 * atomically. Memory stays within the limit; the rest spills to disk next to the run. Throws ExpectedError when an input is
 * missing, `runDir` is a sealed run, or an existing directory contains anything but a dataset.
 */
export async function buildDataset(
  runDir: string,
  dataset: WarehouseDataset,
  options: BuildOptions,
): Promise<BuiltDataset> {
  const place = join(runDir, dataset.directory);
  const temporary = join(dirname(place), temporaryName(dataset.table));
  assertWritable(place, { entry: true });
  await refuseForeign(place);
  const { engine, session } = await openRunEngine(runDir, options);
  const isDone = halfMade(temporary);
  const build = async (): Promise<BuiltDataset> => {
    await requireInputs(session, runDir, dataset);
    await registerSchema(engine, { schema: ACTIVE_SCHEMA, location: ".", tables: dataset.reads });
    await removeTree(temporary);
    await makeDirectory(temporary);
    const source = await sourcesOf(session, runDir, dataset);
    const path = join(temporary, DATA_FILE);
    const { rows, counts, filled } = await showingStatements(
      session,
      { label: dataset.table, log: options.log },
      () => writeDataset(session, dataset, path, source),
    );
    const files = await describeFiles(temporary, () => rows);
    await refuseForeign(place);
    await publishDirectory(temporary, place, { replace: options.replace === true });
    options.log.info(`${dataset.table}: ${counted(rows, "row")}${countsText(counts)}`);
    return { rows, files, counts, filled };
  };
  return withCleanup(build, async () => {
    await withCleanup(
      () => removeTree(temporary),
      () => engine.close(),
    );
    isDone();
  });
}

async function refuseForeign(place: string): Promise<void> {
  const foreign = await foreignEntry(place, (name) => name === DATA_FILE);
  if (foreign === undefined) return;
  throw new ExpectedError(
    `${place} contains ${foreign}, so it is not a dataset's directory, and it is not replaced`,
  );
}

async function writeDataset(
  session: DuckDbSession,
  dataset: WarehouseDataset,
  path: string,
  source: string | undefined,
) {
  const sql = warehouseSql(dataset);
  for (const definition of sql.definitions) await session.run(definition);
  const options = ["FORMAT parquet", "COMPRESSION zstd", metadataOption(dataset, source)].join(", ");
  await session.run(`COPY (${sql.rows}) TO ${quotedString(path)} (${options})`);
  const counts = sql.dropped === undefined ? {} : await countsOf(session, sql.dropped);
  const written = await session.run(`SELECT num_rows FROM parquet_file_metadata(${quotedString(path)})`);
  const filled = await filledInFile(session, path, dataset.columns);
  return { rows: Number(written.value(0, 0)), counts, filled };
}

async function countsOf(session: DuckDbSession, sql: string): Promise<Record<string, number>> {
  const [row = {}] = (await session.run(sql)).getRowObjectsJS();
  return Object.fromEntries(Object.entries(row).map(([reason, count]) => [reason, Number(count)]));
}

function countsText(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([reason, count]) => `, ${countText(count)} dropped (${reason})`)
    .join("");
}
