import { quotedString } from "@duckdb/node-api";
import type { ComparedEntity } from "./compared.ts";
import { DETAILS, KIND, kindColumn, MAIN } from "./statements.ts";

/** Temporary tables with the results of a comparison, like the tables of the history without the batch's columns. */
export const RESULTS = {
  record_changes:
    "CREATE TEMP TABLE record_changes (entity VARCHAR, id BIGINT, change VARCHAR, changed_columns VARCHAR[])",
  change_counts:
    "CREATE TEMP TABLE change_counts " +
    "(entity VARCHAR, dataset VARCHAR, column_name VARCHAR, added BIGINT, removed BIGINT, changed BIGINT)",
  id_moves: "CREATE TEMP TABLE id_moves (entity VARCHAR, from_id BIGINT, to_id BIGINT, n_references BIGINT)",
} as const;

/**
 * Adds the records of an entity that differ, each with the columns and detail datasets in which it differs. The names are put
 * together last: until then a record is a few bytes, and its details are bits.
 */
export function recordsStatement({ entity, main, details }: ComparedEntity): string {
  const columns = main.columns.map((column, index) => ({
    name: `${main.name}.${column}`,
    differs: `${kindColumn(index)} <> ${KIND.same}`,
  }));
  const datasets = details.map(({ name }, value) => ({ name, differs: `details & ${bit(value)} <> 0` }));
  const names = [...columns, ...datasets].map(
    ({ name, differs }) => `CASE WHEN ${differs} THEN ${quotedString(name)} END`,
  );
  return `INSERT INTO record_changes
    SELECT ${quotedString(entity)}, coalesce(m.id, d.id), coalesce(change, 'changed'),
      CASE WHEN change IS NULL OR change = 'changed'
        THEN list_filter([${names.join(", ")}], lambda name: name IS NOT NULL) END
    FROM ${MAIN} m
    FULL JOIN (
      SELECT id, bit_or(${bit("value")}) AS details
      FROM ${DETAILS} ANTI JOIN (SELECT id FROM ${MAIN} WHERE change <> 'changed') USING (id)
      GROUP BY id
    ) d ON d.id = m.id`;
}

const bit = (value: number | string) => `(CAST(1 AS BIGINT) << ${value})`;

/**
 * Adds the counts of an entity: its records, the records in its main dataset, and the values of each column and detail dataset,
 * including those of added and removed records.
 */
export function countStatements({ entity, main, details }: ComparedEntity): string[] {
  const row = (dataset: string | null, column: string | null) =>
    `${quotedString(entity)}, ${textOrNull(dataset)}, ${textOrNull(column)}`;
  const records = ["added", "removed", "changed"].map((change) => `count(*) FILTER (change = '${change}')`);
  const ofKind = (kind: string) =>
    [KIND.added, KIND.removed, KIND.changed].map((each) => `count(*) FILTER (${kind} = ${each})`).join(", ");
  const rows = [
    `SELECT ${row(null, null)}, ${records.join(", ")} FROM record_changes WHERE entity = ${quotedString(entity)}`,
    `SELECT ${row(main.name, null)}, ${records.join(", ")} FROM ${MAIN}`,
    ...main.columns.map(
      (column, index) => `SELECT ${row(main.name, column)}, ${ofKind(kindColumn(index))} FROM ${MAIN}`,
    ),
    ...details.map(
      ({ name }, value) =>
        `SELECT ${row(name, null)}, ${ofKind("kind")} FROM ${DETAILS} WHERE value = ${value}`,
    ),
  ];
  return rows.map((select) => `INSERT INTO change_counts ${select}`);
}

const textOrNull = (text: string | null) => (text === null ? "NULL" : quotedString(text));
