import { z } from "zod";
import { oneLine } from "../cli/errors.ts";
import { type QueryResult, rowObjects } from "../sql/engine.ts";

const row = z.object({
  check_name: z.string(),
  severity: z.enum(["CRITICAL", "WARN", "INFO"]),
  value: z.bigint(),
  details: z.string(),
});
/** A row returned by a statement in `sql/checks/` or by the sanity report. */
export type CheckRow = z.infer<typeof row>;

/** Parses the rows of a check statement; TypeError when their columns or types are not those of a check. */
export function checkRows(result: QueryResult): CheckRow[] {
  const parsed = z.array(row).safeParse(rowObjects(result));
  if (parsed.success) return parsed.data;
  throw new TypeError(`not the columns of a check: ${oneLine(parsed.error)}`);
}
