import { CATALOG } from "./engine.ts";
import type { RegisteredSchema } from "./register_run.ts";

/** The line that scripts print for a registered schema. */
export function registeredLine({ schema, runId, objects }: RegisteredSchema, engine?: string): string {
  const views = objects.filter(({ kind }) => kind === "view").length;
  const where = engine === undefined ? "" : ` (${engine})`;
  return `${CATALOG}.${schema} is run ${runId}: ${objects.length - views} tables, ${views} views${where}`;
}
