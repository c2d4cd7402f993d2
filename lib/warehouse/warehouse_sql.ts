import type { WarehouseDataset } from "../datasets/warehouse.ts";
import { splitStatements } from "../sql/split.ts";
import { withMacros } from "./macros.ts";

/** The statements of a file in `sql/warehouse/`, in the form described by its README. */
export interface WarehouseSql {
  definitions: string[];
  /** Returns one row: dropped rows, a column per reason. */
  dropped: string | undefined;
  rows: string;
  /** The same rows in any order. */
  unordered: string;
}

/** Reads the SQL of a warehouse dataset. */
export function warehouseSql({ table }: WarehouseDataset): WarehouseSql {
  const statements = splitStatements(withMacros(`warehouse/${table}.sql`)).map(withoutComments);
  const selects = statements.filter((text) => /^SELECT\b/.test(text));
  const definitions = statements.filter((text) => /^CREATE OR REPLACE TEMP\b/.test(text));
  const rows = selects.at(-1);
  if (rows === undefined || selects.length > 2 || selects.length + definitions.length < statements.length) {
    throw new TypeError(`sql/warehouse/${table}.sql does not have the form described by its README`);
  }
  const order = rows.lastIndexOf("\nORDER BY");
  if (order < 0) throw new TypeError(`sql/warehouse/${table}.sql does not order its rows`);
  return { definitions, dropped: selects.at(-2), rows, unordered: rows.slice(0, order) };
}

/** The reasons for which a warehouse dataset drops rows. */
export function droppedReasons(dataset: WarehouseDataset): string[] {
  const { dropped = "" } = warehouseSql(dataset);
  return [...dropped.matchAll(/\) AS (\w+)/g)].map(([, reason = ""]) => reason);
}

function withoutComments({ text }: { text: string }): string {
  return text.replace(/^(--.*\n|\s)+/, "");
}
