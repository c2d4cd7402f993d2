import { ACTIVE_SCHEMA, CATALOG, type SchemaObject, type SqlEngine } from "./engine.ts";
import { dropOthers } from "./register.ts";

/** Number of concurrent statements: few, so as not to hold up the server's other queries. */
const AT_ONCE = 4;

/**
 * Creates or re-points the views of `hive.discogs` over the schema of a run, one per table and view, each in one atomic step of
 * the server. Views that the run lacks are removed afterwards. A table of the same name, as declared through `active` by older
 * versions, is dropped just before its view is created. Safe to repeat, which completes an interrupted call.
 */
export async function pointActiveViews(
  engine: SqlEngine,
  runSchema: string,
  objects: readonly SchemaObject[],
): Promise<void> {
  await engine.createSchema(ACTIVE_SCHEMA);
  const there = await engine.objects(ACTIVE_SCHEMA);
  const tables = new Set(there.filter(({ kind }) => kind === "table").map(({ name }) => name));
  const waiting = objects.map(({ name }) => name);
  const pointNext = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (tables.has(name)) await engine.drop(ACTIVE_SCHEMA, { name, kind: "table" });
      await engine.view(ACTIVE_SCHEMA, name, `SELECT * FROM ${CATALOG}.${runSchema}.${name}`);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, pointNext));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  const views = objects.map(({ name }): SchemaObject => ({ name, kind: "view" }));
  await dropOthers(engine, ACTIVE_SCHEMA, views);
}
