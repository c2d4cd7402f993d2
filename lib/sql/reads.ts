import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { segments } from "./split.ts";

/** The tables and views of the active run that SQL reads, each once: `x` of `hive.discogs.x`. */
export function tablesRead(sql: string): string[] {
  const code = segments(sql).filter(({ kind }) => kind === "code");
  const names = code.flatMap(({ text }) =>
    [...text.matchAll(/\bhive\.discogs\.(\w+)/g)].map(([, name]) => name ?? ""),
  );
  return [...new Set(names)];
}

/**
 * The tables that SQL reads of datasets which no run needs, where a run with these datasets does not have them. Where
 * there are any, what the SQL asks does not apply to the run.
 */
export function notMade(sql: string, has: readonly TableDeclaration[]): string[] {
  const made = new Set(has.map(({ table }) => table));
  const optional = new Set(allTables.filter(({ required }) => !required).map(({ table }) => table));
  return tablesRead(sql).filter((table) => optional.has(table) && !made.has(table));
}
