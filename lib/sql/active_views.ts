import { ACTIVE_SCHEMA, CATALOG, type SchemaObject, type SqlEngine } from "./engine.ts";
import { dropOthers } from "./register.ts";

/** How many statements are under way at a time: few, so that the server's other queries are not held up. */
const AT_ONCE = 4;

/**
 * Makes `hive.discogs` views over the schema of a run, one for each of its tables and views, or re-points those that
 * are there, each in one step of the server. What the run lacks is removed afterwards. A table of that name, as older
 * versions declared them through `active`, is dropped just before the view takes its place. Safe to repeat: that
 * finishes what was begun.
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
