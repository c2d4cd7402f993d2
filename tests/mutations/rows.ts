/** Parts of SELECTs that corrupt a dataset: `$rows` stands for its rows in order. */

/** The rows numbered from 1 as `n`. */
export const NUMBERED = "(SELECT *, row_number() OVER () AS n FROM $rows)";
/** The rows, with the first one duplicated. */
export const DOUBLED = "SELECT * FROM $rows UNION ALL (SELECT * FROM $rows LIMIT 1)";
/** An id that no record has, nor any greater one. */
export const NOWHERE = 800_000_000;

/** The rows that a condition selects. */
export const keep = (condition: string) => `SELECT * EXCLUDE n FROM ${NUMBERED} WHERE ${condition}`;

/** Gives a column another value, in the rows that a condition selects. */
export const set = (column: string, value: string, where = "true") =>
  `SELECT * EXCLUDE n REPLACE (CASE WHEN ${where} THEN ${value} ELSE ${column} END AS ${column}) FROM ${NUMBERED}`;

/** The first of the rows that a condition selects. */
export const firstOf = (where: string) => `n = (SELECT min(n) FROM ${NUMBERED} WHERE ${where})`;

/** The values of a reference's column, changed into orphans. */
export function orphaned(column: string): string {
  const [list = "", field] = column.split(".");
  return field === undefined
    ? `${NOWHERE} + ${column}`
    : `list_transform(${list}, lambda ref: struct_update(ref, ${field} := ${NOWHERE} + ref.${field}))`;
}

/** Whether a row has a reference in a column. */
export function refers(column: string): string {
  const [list = "", field] = column.split(".");
  return field === undefined ? `${column} <> 0` : `${list} IS NOT NULL`;
}
