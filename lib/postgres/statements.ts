import pg from "pg";
import type { DescribedColumn, Reference, TableDeclaration } from "../datasets/types.ts";
import { postgresType } from "./copy_text.ts";

/** A dataset of a run, with the columns that the run's files have. */
export interface LoadedTable {
  dataset: TableDeclaration;
  columns: readonly DescribedColumn[];
}

const name = pg.escapeIdentifier;
const list = (columns: readonly string[]) => `(${columns.map(name).join(", ")})`;

/** `"schema"."table"`. */
export const qualified = (schema: string, table: string): string => `${name(schema)}.${name(table)}`;

/** CREATE TABLE and comments of a dataset, from its declaration. */
export function tableStatements(schema: string, { dataset, columns }: LoadedTable): string[] {
  const table = qualified(schema, dataset.table);
  const definitions = columns.map((column) => {
    const mandatory = column.mandatory === true ? " NOT NULL" : "";
    return `${name(column.name)} ${postgresType(column.type)}${mandatory}`;
  });
  const comments = columns.map(
    (column) => `COMMENT ON COLUMN ${table}.${name(column.name)} IS ${pg.escapeLiteral(column.about)}`,
  );
  return [
    `CREATE TABLE ${table} (${definitions.join(", ")})`,
    `COMMENT ON TABLE ${table} IS ${pg.escapeLiteral(dataset.about)}`,
    ...comments,
  ];
}

/** COPY into a table. `FREEZE`: the table was created in the same transaction, so that its rows need no vacuum later. */
export function copyStatement(schema: string, { dataset, columns }: LoadedTable, freeze?: "FREEZE"): string {
  const names = list(columns.map((column) => column.name));
  const options = freeze === undefined ? "" : `${freeze}, `;
  return `COPY ${qualified(schema, dataset.table)} ${names} FROM STDIN WITH (${options}ENCODING 'UTF8')`;
}

/** A key, index or foreign key, added once the rows are loaded. */
export interface Constraint {
  kind: "key" | "index" | "reference";
  /** `releases_ref_v6 (master_id)`, for messages. */
  label: string;
  /** Its columns; an index on fewer is created when the key's values are too long. */
  columns: readonly string[];
  statement: string;
}

/**
 * The key of a dataset: a primary key if none of its columns can be NULL, else a unique key that treats NULLs as equal; only an
 * index if the dumps violate it.
 */
export function keyConstraint(schema: string, table: LoadedTable): Constraint | undefined {
  const { key } = table.dataset;
  if (key === undefined || !has(table, key.columns)) return undefined;
  if (!key.hard) return indexOn(schema, table, key.columns);
  const isMandatory = key.columns.every(
    (column) => table.columns.find((each) => each.name === column)?.mandatory === true,
  );
  const kind = isMandatory ? "PRIMARY KEY" : "UNIQUE NULLS NOT DISTINCT";
  return {
    kind: "key",
    label: label(table, key.columns),
    columns: key.columns,
    statement: `ALTER TABLE ${qualified(schema, table.dataset.table)} ADD ${kind} ${list(key.columns)}`,
  };
}

/** An index on columns of a table. */
export function indexOn(schema: string, table: LoadedTable, columns: readonly string[]): Constraint {
  const statement = `CREATE INDEX ON ${qualified(schema, table.dataset.table)} ${list(columns)}`;
  return { kind: "index", label: label(table, columns), columns, statement };
}

/** Indexes on the columns of all references, hard or not, that are not a prefix of a key. */
export function referenceIndexes(schema: string, table: LoadedTable): Constraint[] {
  const { key, references = [] } = table.dataset;
  const wanted = references.filter(({ columns }) => has(table, columns)).map(({ columns }) => columns);
  const unserved = wanted.filter((columns) => !beginsWith(key?.columns ?? [], columns));
  return unserved.map((columns) => indexOn(schema, table, columns));
}

/** A hard reference as a foreign key, if its target is loaded and has that key. */
export function foreignKeys(
  schema: string,
  table: LoadedTable,
  loaded: readonly LoadedTable[],
): { made: Constraint[]; without: Reference[] } {
  const hard = (table.dataset.references ?? []).filter(
    ({ severity, columns }) => severity === "CRITICAL" && has(table, columns),
  );
  const isMade = ({ to }: Reference) =>
    loaded.some(
      ({ dataset: { table: other, key } }) =>
        other === to.table && key?.hard === true && String(key.columns) === String(to.columns),
    );
  return {
    made: hard.filter(isMade).map((reference) => foreignKey(schema, table, reference)),
    without: hard.filter((reference) => !isMade(reference)),
  };
}

function foreignKey(schema: string, table: LoadedTable, { columns, to }: Reference): Constraint {
  const target = `${qualified(schema, to.table)} ${list(to.columns)}`;
  const statement = `ALTER TABLE ${qualified(schema, table.dataset.table)} ADD FOREIGN KEY ${list(columns)} REFERENCES ${target}`;
  return { kind: "reference", label: `${label(table, columns)} to ${to.table}`, columns, statement };
}

const label = ({ dataset }: LoadedTable, columns: readonly string[]) =>
  `${dataset.table} (${columns.join(", ")})`;

/** Fields of a list of structs are not columns. */
function has({ columns }: LoadedTable, names: readonly string[]): boolean {
  return names.every((each) => columns.some((column) => column.name === each));
}

function beginsWith(columns: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((column, index) => column === columns[index]);
}
