import type { TableDeclaration } from "../datasets/types.ts";
import { datasetTable, type SchemaObject, type SqlEngine } from "./engine.ts";
import { inSchema } from "./schema_names.ts";
import { readSql } from "./sql_files.ts";

/** The views of a run's schema, each with the table that it reads; their SQL is in `sql/views/`. */
const runViews = [
  { name: "artists_v1", of: "artists_v1_typed" },
  { name: "artist_aliases_v1", of: "artist_aliases_v1_typed" },
  { name: "artist_memberships_v1", of: "artist_memberships_v1_typed" },
  { name: "masters_v1", of: "masters_v1_typed" },
  { name: "artist_memberships_v1_typed_dedup", of: "artist_memberships_v1_typed" },
  { name: "release_label_xref_v1_canon", of: "release_label_xref_v1" },
  { name: "release_label_xref_v1_dedup", of: "release_label_xref_v1" },
] as const;

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
    for (const { name } of viewsOn(tables)) {
      await engine.view(schema, name, inSchema(readSql(`views/${name}.sql`), schema));
    }
  });
}

function viewsOn(tables: readonly TableDeclaration[]) {
  return runViews.filter(({ of }) => tables.some(({ table }) => table === of));
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
