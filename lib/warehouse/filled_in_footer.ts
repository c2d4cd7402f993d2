import { quotedString } from "@duckdb/node-api";
import type { Column } from "../datasets/types.ts";
import type { Filled } from "../parquet/filled.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";

/**
 * Filled rows of each column from the footer of one file, whose columns must all be scalars: of lists a footer knows only
 * the items.
 * @throws TypeError when the footer does not have the numbers
 */
export async function filledInFooter(
  session: DuckDbSession,
  path: string,
  columns: readonly Column[],
): Promise<Filled> {
  const list = columns.find(({ type }) => typeof type !== "string");
  if (list !== undefined) throw new TypeError(`${list.name} is a list: its filled rows are in no footer`);
  const found = await session.run(
    `SELECT path_in_schema, CAST(sum(num_values - stats_null_count) AS BIGINT), count(*) - count(stats_null_count)
     FROM parquet_metadata(${quotedString(path)}) GROUP BY path_in_schema`,
  );
  const counts = new Map(
    found.getRowsJS().map(([name, filled, unknown]) => {
      if (Number(unknown) > 0) throw new TypeError(`${path}: the footer does not count the NULLs of ${name}`);
      return [String(name), Number(filled)];
    }),
  );
  // A file without rows has no column chunks.
  return Object.fromEntries(columns.map(({ name }) => [name, counts.get(name) ?? 0]));
}
