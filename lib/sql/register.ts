import type { TableDeclaration } from "../datasets/types.ts";
import { datasetTable, type SchemaObject, type SqlEngine } from "./engine.ts";
import { tablesRead } from "./reads.ts";
import { inSchema } from "./schema_names.ts";
import { readSql, sqlFiles } from "./sql_files.ts";

/** The views of a run's schema, from `sql/views/`, each with the tables that it reads. */
const runViews = sqlFiles("views").map((file) => {
  const sql = readSql(`views/${file}`);
  return { name: file.slice(0, -".sql".length), sql, reads: tablesRead(sql) };
});

/** The schema of a run, and the location of its files. */
export interface SchemaOfRun {
  /** `discogs`, or `discogs_r_...` of a registered run. */
  schema: string;
  /** The run's location in the engine's terms: `_runs/<run id>`, `.`, or `active` if the engine resolves it. */
  location: string;
  /** The run's tables, each with its directory. */
  tables: readonly TableDeclaration[];
}

/** The objects of a run's schema with these tables: the tables, and the views on them (docs/datasets.md, Views). */
export function expectedObjects(tables: readonly TableDeclaration[]): SchemaObject[] {
  return [
    ...tables.map(({ table }): SchemaObject => ({ name: table, kind: "table" })),
    ...viewsOn(tables).map(({ name }): SchemaObject => ({ name, kind: "view" })),
  ];
}

/**
 * Creates or updates the schema of a run: its tables and the views on them. Anything else is removed from the schema. Safe to
 * repeat; atomic for readers on the embedded engine.
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

/** Drops everything else from a schema. Views first, because they may read dropped tables. */
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
