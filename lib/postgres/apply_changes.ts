import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { ownersOf } from "../changes/compared.ts";
import { counted, countText } from "../cli/amounts.ts";
import { ExpectedError } from "../cli/errors.ts";
import type { Entity } from "../datasets/declaration.ts";
import { extractedDatasets, warehouseDatasets } from "../datasets/index.ts";
import { referencedFirst } from "../datasets/referenced_first.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { lakePaths, PARQUET_FILES } from "../files/paths.ts";
import { recordChanges } from "../history/event_tables.ts";
import { datasetsIn } from "../lake/datasets_in.ts";
import { readManifest } from "../lake/manifest.ts";
import { readParquet } from "../parquet/read_parquet.ts";
import { openLakeSession } from "../sql/duckdb/open.ts";
import type { DuckDbSession, SessionLimits } from "../sql/duckdb/session.ts";
import { type Connection, inTransaction } from "./connection.ts";
import { copyRows } from "./copy_table.ts";
import { describeTable, type SourcedTable } from "./load.ts";
import { type LoadTarget, whileLoading } from "./loading.ts";
import { type Comparison, recordedComparison } from "./recorded_comparison.ts";
import { aboutRun, commentText, runIn, type Schemas, tableNamesOf } from "./schemas.ts";
import { copyStatement, qualified } from "./statements.ts";

/** What applying a comparison takes. */
export interface ApplyOptions extends SessionLimits, LoadTarget {
  lake: string;
}

/** What was applied: how many rows the tables have lost and got. */
export interface Applied {
  from: string;
  removed: number;
  added: number;
}

/** A table of the server with the ids of the records that differ, for the transaction. */
const CHANGED = "changed_records";

/**
 * Makes a schema that holds one run hold another one, by the comparison of the two: the rows of records that differ are
 * replaced in every table, and tables that are not made record by record are refilled. All in one transaction, so that
 * readers see the one run or the other. Undefined where the schema holds the run already.
 * @throws ExpectedError when the schema holds another run than the comparison is from, the runs have other tables, or rows were
 * added or removed by others
 */
export async function applyChanges(
  to: { runId: string; dir: string },
  options: ApplyOptions,
): Promise<Applied | undefined> {
  return whileLoading(options, async (connection, schemas) => {
    const from = await runIn(connection, schemas);
    if (from === undefined) {
      throw new ExpectedError(
        `schema ${schemas.target} does not hold a run that this script has loaded: load one without --changes first`,
      );
    }
    if (from === to.runId) return undefined;
    const comparison = await recordedComparison(options.lake, from, to.runId, schemas.target);
    const { root } = lakePaths(options.lake);
    const session = await openLakeSession(root, options);
    try {
      const tables = await tablesToChange(connection, schemas, session, to.dir);
      await readChanged(session, options.lake, comparison);
      const isSameCode = await haveSameCode(root, from, to.dir);
      return {
        from,
        ...(await replaceRows(connection, schemas, session, tables, { ...options, to, isSameCode })),
      };
    } finally {
      await session.close();
    }
  });
}

/** The tables of the schema, each with its files in the run, and after those that it has foreign keys to. */
async function tablesToChange(
  connection: Connection,
  schemas: Schemas,
  session: DuckDbSession,
  dir: string,
): Promise<SourcedTable[]> {
  const there = await tableNamesOf(connection.client, schemas.target);
  const datasets = (await datasetsIn(dir)).filter(({ table }) => there.includes(table));
  const unknown = there.find((name) => !datasets.some(({ table }) => table === name));
  if (unknown !== undefined) {
    throw new ExpectedError(`${schemas.target}.${unknown} is not in the run: load it without --changes`);
  }
  const tables: SourcedTable[] = [];
  for (const dataset of referencedFirst(datasets)) tables.push(await describeTable(session, dir, dataset));
  return tables;
}

/** Puts the ids of the records that differ into a table `changed` of the session, which its streams see too. */
async function readChanged(
  session: DuckDbSession,
  lake: string,
  { time, from, to }: Comparison,
): Promise<void> {
  const files = readParquet(quotedString(join(recordChanges.directory(lake), PARQUET_FILES)));
  const at = quotedString(time.toISOString().slice(0, -1));
  await session.run(
    `CREATE TABLE changed AS SELECT entity, id FROM ${files} WHERE from_run = ${quotedString(from)} ` +
      `AND to_run = ${quotedString(to)} AND event_ts_utc = CAST(TIMESTAMP ${at} AS TIMESTAMP_MS)`,
  );
}

/** Whether both runs were made by the same code, so that what is derived of equal records is equal. */
async function haveSameCode(root: string, from: string, dir: string): Promise<boolean> {
  const before = await readManifest(join(lakePaths(root).runs, from));
  const after = await readManifest(dir);
  return before !== undefined && before.code_version === after?.code_version;
}

interface ReplaceContext extends ApplyOptions {
  to: { runId: string; dir: string };
  isSameCode: boolean;
}

async function replaceRows(
  { client }: Connection,
  { target }: Schemas,
  session: DuckDbSession,
  tables: readonly SourcedTable[],
  { log, signal, to, isSameCode }: ReplaceContext,
): Promise<Omit<Applied, "from">> {
  const scopes = tables.map((table) => ({ table, scope: scopeOf(table.dataset, isSameCode) }));
  let [removed, added] = [0, 0];
  const replace = async () => {
    await sendChanged(client, session);
    // What refers to others goes first, and comes last.
    for (const { table, scope } of scopes.toReversed()) {
      signal.throwIfAborted();
      log.progress(`${table.dataset.table}: removing rows`);
      const where = scope === undefined ? "" : ` WHERE ${isChanged(scope, CHANGED, pg.escapeIdentifier)}`;
      const { rowCount } = await client.query(
        `DELETE FROM ${qualified(target, table.dataset.table)}${where}`,
      );
      removed += rowCount ?? 0;
    }
    for (const { table, scope } of scopes) {
      const source = scope === undefined ? table.source : await changedRows(session, table, scope);
      const onRows = (rows: number) =>
        log.progress(`${table.dataset.table}: ${countText(rows)} of ${countText(source.rows)} rows`);
      await copyRows({ client }, copyStatement(target, table), table, source, { onRows, log, signal });
      added += source.rows;
    }
    for (const { table, scope } of scopes) {
      if (scope !== undefined) await requireAllRows(client, target, table, to.runId);
    }
    // Part of the transaction: nothing that may fail or be interrupted follows the change.
    for (const { dataset } of tables) await client.query(`ANALYZE ${qualified(target, dataset.table)}`);
    const comment = pg.escapeLiteral(commentText(aboutRun(to.runId)));
    await client.query(`COMMENT ON SCHEMA ${pg.escapeIdentifier(target)} IS ${comment}`);
  };
  await inTransaction(client, replace, target);
  return { removed, added };
}

/** Refuses a table whose other rows are not all of those that were loaded: their number tells of rows added or removed since. */
async function requireAllRows(
  client: pg.Client,
  schema: string,
  { dataset, source }: SourcedTable,
  runId: string,
): Promise<void> {
  const { rows } = await client.query(`SELECT count(*) AS n FROM ${qualified(schema, dataset.table)}`);
  const found = Number(rows[0]?.n);
  if (found === source.rows) return;
  throw new ExpectedError(
    `${schema}.${dataset.table} would have ${counted(found, "row")} with the changes, but run ${runId} has ` +
      `${countText(source.rows)}: rows were added or removed since it was loaded; load it without --changes`,
  );
}

/** The rows of a table that belong to records. */
interface Scope {
  entity: Entity;
  /** The columns that hold the record's id; any of them counts. */
  owners: readonly string[];
}

/**
 * Whose rows a table has: of a dataset of the dump, those of its records; of one that is made of releases one by one, as
 * the xrefs are, those of the releases, where both runs were made by the same code. Undefined for the others.
 */
function scopeOf(dataset: TableDeclaration, isSameCode: boolean): Scope | undefined {
  const extracted = extractedDatasets.find((each) => each === dataset);
  if (extracted !== undefined) return { entity: extracted.entity, owners: ownersOf(extracted) };
  const built = warehouseDatasets.find((each) => each === dataset);
  const isOfReleases =
    built?.reads.every((each) =>
      extractedDatasets.some((one) => one === each && one.entity === "release"),
    ) === true;
  const hasId = dataset.columns.some(({ name }) => name === "release_id");
  return isSameCode && isOfReleases && hasId ? { entity: "release", owners: ["release_id"] } : undefined;
}

function isChanged({ entity, owners }: Scope, table: string, quote: (name: string) => string): string {
  const ids = `(SELECT id FROM ${table} WHERE entity = ${quotedString(entity)})`;
  return owners.map((column) => `${quote(column)} IN ${ids}`).join(" OR ");
}

async function changedRows(session: DuckDbSession, table: SourcedTable, scope: Scope) {
  const where = isChanged(scope, "changed", quotedIdentifier);
  const from = `(SELECT * FROM ${table.source.from} WHERE ${where})`;
  const rows = Number((await session.run(`SELECT count(*) FROM ${from}`)).value(0, 0));
  return { session, from, rows };
}

async function sendChanged(client: pg.Client, session: DuckDbSession): Promise<void> {
  await client.query(`CREATE TEMP TABLE ${CHANGED} (entity text, id bigint) ON COMMIT DROP`);
  const copy = client.query(copyFrom(`COPY ${CHANGED} FROM STDIN`));
  await pipeline(Readable.from(changedLines(session)), copy);
  await client.query(`CREATE INDEX ON ${CHANGED} (entity, id)`);
  await client.query(`ANALYZE ${CHANGED}`);
}

async function* changedLines(session: DuckDbSession): AsyncGenerator<string> {
  const rows = session.stream("SELECT concat_ws(chr(9), entity, id) FROM changed");
  for await (const part of rows) {
    if (part.rows.length > 0) yield `${part.rows.map(([line]) => String(line)).join("\n")}\n`;
  }
}
