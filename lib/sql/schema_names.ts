import { ACTIVE_SCHEMA, CATALOG } from "./engine.ts";
import { requireIdentifier } from "./identifiers.ts";
import { segments } from "./split.ts";

const ACTIVE_PREFIX = new RegExp(`\\b${CATALOG}\\.${ACTIVE_SCHEMA}\\.`, "gi");

/** Whether SQL names the schema of the active run, outside of strings, quoted names and comments. */
export function namesActive(sql: string): boolean {
  return inSchema(sql, ACTIVE_SCHEMA) !== inSchema(sql, `${ACTIVE_SCHEMA}_`);
}

/**
 * Rewrites SQL for the active run (`hive.discogs.x`) to another schema (`hive.<schema>.x`). Strings, quoted names and comments
 * are unchanged.
 */
export function inSchema(sql: string, schema: string): string {
  const prefix = `${CATALOG}.${requireIdentifier("schema", schema)}.`;
  return segments(sql)
    .map(({ kind, text }) => (kind === "code" ? text.replace(ACTIVE_PREFIX, prefix) : text))
    .join("");
}
