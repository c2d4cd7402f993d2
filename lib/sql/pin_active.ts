import { ExpectedError } from "../cli/errors.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { readActive } from "../promotion/active.ts";
import { ACTIVE_SCHEMA, CATALOG, type SqlEngine } from "./engine.ts";
import { inSchema, namesActive } from "./schema_names.ts";

/**
 * For a session on an engine where `hive.discogs` is views, which are re-pointed one after the other: the text of a
 * statement with the active run's own schema in place of `hive.discogs`. The run is resolved when a statement of the
 * session first names it, so that no statement, and no two of one session, meet two runs. Where no run is active the
 * text stays as it is. ExpectedError when the active run has no schema of its own.
 */
export function pinActive(
  lake: string,
  objects: SqlEngine["objects"],
): (statement: string) => Promise<string> {
  let resolved: string | undefined;
  return async (statement) => {
    if (!namesActive(statement)) return statement;
    resolved ??= await activeRunSchema(lake, objects);
    return inSchema(statement, resolved);
  };
}

async function activeRunSchema(lake: string, objects: SqlEngine["objects"]): Promise<string> {
  const active = await readActive(lake);
  if (active.kind !== "run") return ACTIVE_SCHEMA;
  const schema = schemaNameOf(active.runId);
  if ((await objects(schema)).length > 0) return schema;
  throw new ExpectedError(
    `the active run has no schema ${CATALOG}.${schema} there yet: run scripts/register_active.ts first`,
  );
}
