import { quotedString } from "@duckdb/node-api";
import type { Severity } from "../datasets/types.ts";
import { ACTIVE_SCHEMA, CATALOG } from "../sql/engine.ts";

/** A check written as one SELECT that returns check_name, severity, value and details. */
export interface CheckStatement {
  name: string;
  severity: Severity;
  /** An expression that counts what `details` describes. */
  value: string;
  details: string;
  /** A column of `from` whose smallest value is shown in the details, with its label there. */
  smallest?: { column: string; label?: string | undefined } | undefined;
  /** The text after FROM. */
  from: string;
}

/** The SQL of a check, which runs unchanged on every engine. */
export function checkStatement({ name, severity, value, details, smallest, from }: CheckStatement): string {
  const least =
    smallest === undefined
      ? ""
      : ` || coalesce(${quotedString(`; smallest${smallest.label === undefined ? "" : ` ${smallest.label}`}: `)} || ` +
        `CAST(min(${smallest.column}) AS VARCHAR), '')`;
  return `SELECT
  ${quotedString(name)} AS check_name,
  ${quotedString(severity)} AS severity,
  ${value} AS value,
  ${quotedString(details)}${least} AS details
FROM ${from}`;
}

/** `hive.discogs.releases_ref_v6` */
export const activeTable = (table: string) => `${CATALOG}.${ACTIVE_SCHEMA}.${table}`;
