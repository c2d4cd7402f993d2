import { ExpectedError } from "../cli/errors.ts";
import { schemaNameOf } from "../files/run_id.ts";
import { readActive } from "../promotion/active.ts";
import { ACTIVE_SCHEMA, CATALOG, type SqlEngine } from "./engine.ts";
import { inSchema, namesActive } from "./schema_names.ts";

/**
 * For a session on an engine where `hive.discogs` consists of views that are re-pointed one by one: replaces `hive.discogs` in
 * statements by the active run's own schema. The run is resolved when the session first names it, so that all its statements see
 * the same run. Without an active run the text is unchanged. ExpectedError if the active run has no schema of its own.
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
    `the active run has no schema ${CATALOG}.${schema} there yet: run bin/lake register_active first`,
  );
}
