import { quotedIdentifier, quotedString } from "@duckdb/node-api";
import type { Column } from "../datasets/types.ts";
import type { Filled } from "../parquet/filled.ts";
import type { DuckDbSession } from "../sql/duckdb/session.ts";

/**
 * Filled rows of each column of a file: from its footer for scalars; counted for lists, of which the footer knows only the
 * items.
 * @throws TypeError when the footer lacks the numbers
 */
export async function filledInFile(
  session: DuckDbSession,
  path: string,
  columns: readonly Column[],
): Promise<Filled> {
  const inFooter = await filledInFooter(session, path);
  const inLists = await filledLists(
    session,
    path,
    columns.filter(({ type }) => typeof type !== "string"),
  );
  // A file without rows has no column chunks.
  return Object.fromEntries(columns.map(({ name }) => [name, inLists.get(name) ?? inFooter.get(name) ?? 0]));
}

async function filledInFooter(session: DuckDbSession, path: string): Promise<Map<string, number>> {
  const found = await session.run(
    `SELECT path_in_schema, CAST(sum(num_values - stats_null_count) AS BIGINT), count(*) - count(stats_null_count)
     FROM parquet_metadata(${quotedString(path)}) WHERE NOT contains(path_in_schema, ',') GROUP BY path_in_schema`,
  );
  return new Map(
    found.getRowsJS().map(([name, filled, unknown]) => {
      if (Number(unknown) > 0) throw new TypeError(`${path}: the footer does not count the NULLs of ${name}`);
      return [String(name), Number(filled)];
    }),
  );
}

async function filledLists(
  session: DuckDbSession,
  path: string,
  lists: readonly Column[],
): Promise<Map<string, number>> {
  if (lists.length === 0) return new Map();
  const counts = lists.map(({ name }) => `count(${quotedIdentifier(name)})`);
  const found = await session.run(`SELECT ${counts.join(", ")} FROM read_parquet(${quotedString(path)})`);
  return new Map(lists.map(({ name }, index) => [name, Number(found.value(index, 0))]));
}
