import type { TableDeclaration } from "../datasets/types.ts";
import { datasetTable, type SchemaObject, type SqlEngine } from "./engine.ts";
import { tablesRead } from "./reads.ts";
import { inSchema } from "./schema_names.ts";
import { readSql, sqlFiles } from "./sql_files.ts";

/** The views of a run's schema, those of `sql/views/`, each with the tables that it reads. */
const runViews = sqlFiles("views").map((file) => {
  const sql = readSql(`views/${file}`);
  return { name: file.slice(0, -".sql".length), sql, reads: tablesRead(sql) };
});

/** The schema of a run and where the run's files are. */
export interface SchemaOfRun {
  /** `discogs`, or `discogs_r_...` of a registered run. */
  schema: string;
  /**
   * The run, relative to what the engine's locations are relative to: `_runs/<run id>`, `.`, or `active` where the
   * engine resolves that.
   */
  location: string;
  /** The tables that the run has, each with its directory there. */
  tables: readonly TableDeclaration[];
}

/** What the schema of a run with these tables holds: the tables, and the views on them (docs/datasets.md, Views). */
export function expectedObjects(tables: readonly TableDeclaration[]): SchemaObject[] {
  return [
    ...tables.map(({ table }): SchemaObject => ({ name: table, kind: "table" })),
    ...viewsOn(tables).map(({ name }): SchemaObject => ({ name, kind: "view" })),
  ];
}

/**
 * Makes the schema of a run, or brings it up to date: the tables of the run and the views on them; what is there
 * but not of this run is removed from the schema. Safe to repeat; on the embedded engine readers see all of it or none.
 */
export async function registerSchema(engine: SqlEngine, run: SchemaOfRun): Promise<void> {
  const { schema, location, tables } = run;
  await engine.atOnce(schema, async () => {
    await engine.createSchema(schema);
    await dropOthers(engine, schema, expectedObjects(tables));
    for (const table of tables) await engine.externalTable(schema, datasetTable(table, location));
    for (const { name, sql } of viewsOn(tables)) {
      await engine.view(schema, name, inSchema(sql, schema));
    }
  });
}

function viewsOn(tables: readonly TableDeclaration[]) {
  const names = new Set(tables.map(({ table }) => table));
  return runViews.filter(({ reads }) => reads.every((name) => names.has(name)));
}

/** Drops what a schema has besides these. Views first: they may read tables that go. */
export async function dropOthers(
  engine: SqlEngine,
  schema: string,
  keep: readonly SchemaObject[],
): Promise<void> {
  const wanted = new Set(keep.map(({ kind, name }) => `${kind} ${name}`));
  const others = (await engine.objects(schema)).filter(({ kind, name }) => !wanted.has(`${kind} ${name}`));
  for (const kind of ["view", "table"] as const) {
    for (const object of others) if (object.kind === kind) await engine.drop(schema, object);
  }
}
