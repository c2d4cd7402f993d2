import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { segments } from "./split.ts";

/** The distinct tables and views of the active run that SQL reads: `x` of `hive.discogs.x`. */
export function tablesRead(sql: string): string[] {
  const code = segments(sql).filter(({ kind }) => kind === "code");
  const names = code.flatMap(({ text }) =>
    [...text.matchAll(/\bhive\.discogs\.(\w+)/g)].map(([, name]) => name ?? ""),
  );
  return [...new Set(names)];
}

/**
 * The tables of optional datasets that SQL reads but a run with these datasets lacks. If there are any, the SQL does not apply
 * to the run.
 */
export function notMade(sql: string, has: readonly TableDeclaration[]): string[] {
  const made = new Set(has.map(({ table }) => table));
  const optional = new Set(allTables.filter(({ required }) => !required).map(({ table }) => table));
  return tablesRead(sql).filter((table) => optional.has(table) && !made.has(table));
}
