import type { ExtractedDataset, Source } from "./declaration.ts";
import type { ColumnType, TableDeclaration } from "./types.ts";

// Declarations that can't mean anything are refused when the program starts, with their names.

/** Kinds of sources that always have a value, or whose rows are dropped without one. */
const CAN_BE_MANDATORY: readonly Source["kind"][] = ["text", "id", "constant", "flag", "ordinal", "choice"];

/** The type of a column, or of `list.field`; undefined where there is none. */
function typeOfColumn({ columns }: TableDeclaration, path: string): ColumnType | undefined {
  const [name, field] = path.split(".");
  const type = columns.find((column) => column.name === name)?.type;
  if (field === undefined || type === undefined) return type;
  if (typeof type === "string" || type.array === "VARCHAR") return undefined;
  return type.array.row.find((each) => each.name === field)?.type;
}

/**
 * Refuses a table with two columns of one name, and a key or reference of columns that it does not have.
 * @throws TypeError naming the table's directory
 */
export function checkTable(table: TableDeclaration): void {
  const { directory, key, references = [] } = table;
  const names = table.columns.map(({ name }) => name);
  const twice = firstRepeated(names);
  if (twice !== undefined) throw refused(directory, `two columns are called ${twice}`);
  for (const column of key?.columns ?? []) {
    if (typeOfColumn(table, column) === undefined)
      throw refused(directory, `the key's column ${column} is missing`);
  }
  for (const { columns, to } of references) {
    for (const column of columns) {
      if (typeOfColumn(table, column) !== "BIGINT")
        throw refused(directory, `a reference to ${to.table} is of ${column}, which is not a BIGINT column`);
    }
    if (columns.length !== to.columns.length)
      throw refused(
        directory,
        `a reference of ${columns.length} columns to ${to.columns.length} of ${to.table}`,
      );
  }
}

/**
 * Refuses references to tables or columns that there are not.
 * @param tables all tables
 * @throws TypeError naming the directory of the table that refers to them
 */
export function checkReferences(tables: readonly TableDeclaration[]): void {
  for (const { directory, references = [] } of tables) {
    for (const { to } of references) {
      const target = tables.find(({ table }) => table === to.table);
      if (target === undefined) throw refused(directory, `it refers to ${to.table}, which is no table`);
      for (const column of to.columns) {
        if (typeOfColumn(target, column) !== "BIGINT")
          throw refused(directory, `it refers to ${to.table}.${column}, which is not a BIGINT column`);
      }
    }
  }
}

/**
 * Refuses a dataset whose rows, parts or sources can't be as declared.
 * @throws TypeError naming the dataset's directory
 */
export function checkDataset(dataset: ExtractedDataset): void {
  const { directory, columns, rows, missing, partRows } = dataset;
  if (!Number.isInteger(partRows) || partRows < 1)
    throw refused(directory, `a part of ${partRows} rows: at least 1, and a whole number`);
  const twice = firstRepeated(rows.map(({ each }) => each));
  if (twice !== undefined) throw refused(directory, `the rows of ${twice} are declared twice`);
  for (const { sources } of rows) {
    for (const [index, { name, mandatory }] of columns.entries()) {
      const source = sources[index] as Source;
      if (mandatory === true && !CAN_BE_MANDATORY.includes(source.kind))
        throw refused(directory, `${name} can't be mandatory: a ${source.kind} may be NULL`);
      const problem = problemOf(source);
      if (problem !== undefined) throw refused(directory, `${name}: ${problem}`);
    }
  }
  for (const { column, source } of missing) {
    if (source === undefined && columns.every(({ name }) => name !== column))
      throw refused(directory, `rows without ${column} are counted, but there is no such column`);
  }
}

function problemOf(source: Source): string | undefined {
  if (source.kind === "choice") {
    const isEmpty = source.cases.length === 0 || source.cases.some(({ has }) => has.length === 0);
    return isEmpty ? "a choice without cases, or a case without paths" : undefined;
  }
  if (source.kind === "flat") {
    const isEmpty = source.pieces.length === 0 || source.pieces.some(({ paths }) => paths.length === 0);
    return isEmpty ? "no pieces, or a piece without paths" : undefined;
  }
  if (source.kind === "ordinal" && source.among !== undefined) {
    const twice = firstRepeated(source.among);
    if (twice !== undefined) return `${twice} is twice in its group`;
  }
  if (source.kind === "refs" && source.fields.length === 0) return "a list of structs without fields";
  return undefined;
}

function firstRepeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) < index);
}

function refused(directory: string, problem: string): TypeError {
  return new TypeError(`${directory}: ${problem}`);
}
