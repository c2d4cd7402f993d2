import type { Column, ColumnType, DescribedColumn, Key, Reference, TableDeclaration } from "./types.ts";

/** The four kinds of top-level records, one dump file each. */
export type Entity = "artist" | "label" | "master" | "release";

/**
 * Where a value stands, from the item that makes the row: child names separated by `/`, ending in an element,
 * in `@attribute`, or being `.` (the item's own text). A leading `/` starts from the top-level record instead; `^name`
 * is the text of the sibling of that name that stands just before the item.
 */
export type Path = string;

/** Part of a flattened item: `prefix` and `suffix` stand only where there is a value. */
export interface Piece {
  /** Alternatives: the first that is not NULL counts. */
  paths: readonly Path[];
  prefix?: string;
  suffix?: string;
}

/** How a column's value is derived from a record of the dump. */
export type Source =
  /** First of `paths` that is not NULL. */
  | { kind: "text"; paths: readonly Path[] }
  /** First of `paths` that is a decimal number within 64 bits; with `zeroIsNull`, 0 is the dumps' "none". */
  | { kind: "id"; paths: readonly Path[]; zeroIsNull: boolean }
  | { kind: "joined"; path: Path; separator: string }
  | { kind: "list"; path: Path }
  /** One string of all items: the pieces of each item, `between` them, and `separator` between the items. */
  | { kind: "flat"; each: Path; pieces: readonly Piece[]; between: string; separator: string }
  | { kind: "refs"; each: Path; fields: readonly SourcedColumn[] };

export interface SourcedColumn extends Column {
  source: Source;
}
/** A column of a dataset, as `about` gives it. */
export type DeclaredColumn = SourcedColumn & DescribedColumn;

/** Rows made of a record: one for each item at `each` (`.` = one for the record itself). */
export interface RowRule {
  each: Path;
  sources: readonly Source[];
}

/** What happens to a row in which a value is missing. Everything but `keep` means that it is not written. */
export interface MissingRule {
  column: string;
  /** Name under which the cases are counted, e.g. `no_name`. */
  reason: string;
  action: "drop" | "skip" | "keep";
}

/** A dataset that is extracted from a dump: its table, and how a record becomes rows. */
export interface ExtractedDataset extends TableDeclaration {
  entity: Entity;
  rows: readonly RowRule[];
  /** In order; the first that applies and is not `keep` decides. */
  missing: readonly MissingRule[];
  /** Rows of each part but the last, unless the user chooses otherwise: about 50 MB of values. */
  partRows: number;
}

/** A column whose value is the element's or attribute's text. */
export const text = (name: string, path: Path = name): SourcedColumn => ({
  name,
  type: "VARCHAR",
  source: { kind: "text", paths: [path] },
});

/** A numeric column as the dump has it: 0 stays 0. */
export const id = (name: string, ...paths: Path[]): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "id", paths: paths.length === 0 ? [name] : paths, zeroIsNull: false },
});

/** A numeric reference: 0 means "none" and becomes NULL. */
export const refId = (name: string, path: Path): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "id", paths: [path], zeroIsNull: true },
});

/** A column that joins all texts at `path`, in dump order. */
export const joined = (name: string, path: Path, separator = ", "): SourcedColumn => ({
  name,
  type: "VARCHAR",
  source: { kind: "joined", path, separator },
});

/** An array of all texts at `path`. */
export const list = (name: string, path: Path): SourcedColumn => ({
  name,
  type: { array: "VARCHAR" },
  source: { kind: "list", path },
});

/** An array of structs, one for each item at `each`; an item whose fields are all NULL is left out. */
export const refs = (name: string, each: Path, fields: readonly SourcedColumn[]): SourcedColumn => ({
  name,
  type: { array: { row: fields.map((field) => ({ name: field.name, type: scalar(field.type) })) } },
  source: { kind: "refs", each, fields },
});

/** A column that flattens all items at `each` to one string. */
export const flat = (
  name: string,
  each: Path,
  pieces: readonly Piece[],
  separators: { between: string; separator: string },
): SourcedColumn => ({ name, type: "VARCHAR", source: { kind: "flat", each, pieces, ...separators } });

/** The column is an addition to the historical contract. */
export const added = (column: SourcedColumn): SourcedColumn => ({ ...column, added: true });

/** A month of any size has values in the column. */
export const expected = (column: SourcedColumn): SourcedColumn => ({ ...column, expected: true });

/** The column never holds NULL: rows without a value are dropped and counted. */
export const mandatory = (column: SourcedColumn): SourcedColumn => ({ ...column, mandatory: true });

/** Rows without this text are not made, and counted. */
export const skipWithout = (column: string): MissingRule => ({
  column,
  reason: `no_${column}`,
  action: "skip",
});

/** Rows without this text are kept, and counted. */
export const countWithout = (column: string): MissingRule => ({
  column,
  reason: `no_${column}`,
  action: "keep",
});

interface Declared {
  directory: string;
  about: string;
  table?: string;
  entity: Entity;
  /** The canonical datasets are required, the detail datasets are not. */
  kind?: "canonical" | "detail";
  columns: readonly DeclaredColumn[];
  key?: Key;
  references?: readonly Reference[];
  partRows: number;
  /** Rows that are not made, or only counted, before the mandatory columns are looked at. */
  missing?: readonly MissingRule[];
}

/** Declares a dataset with one row for each top-level record. */
export function recordDataset(declared: Declared): ExtractedDataset {
  const { columns, ...rest } = declared;
  return itemDataset({ ...rest, rows: [{ each: ".", columns }] });
}

/**
 * Declares a dataset with one row for each item of one or more lists of a record, the lists in the given order.
 * Every list declares the same columns, with its own sources; the first describes them.
 */
export function itemDataset(
  declared: Omit<Declared, "columns"> & {
    rows: readonly [
      { each: Path; columns: readonly DeclaredColumn[] },
      ...{ each: Path; columns: readonly SourcedColumn[] }[],
    ];
  },
): ExtractedDataset {
  const { rows, missing = [], table = declared.directory, kind = "canonical", ...rest } = declared;
  const columns: DescribedColumn[] = rows[0].columns.map(({ source: _, ...column }) => column);
  return {
    ...rest,
    table,
    kind,
    required: kind === "canonical",
    columns,
    rows: rows.map(({ each, columns: sourced }) => ({
      each,
      sources: sourced.map((column) => column.source),
    })),
    missing: [...missing, ...columns.filter((column) => column.mandatory).map(dropWithout)],
  };
}

function dropWithout(column: Column): MissingRule {
  return { column: column.name, reason: `null_${column.name}`, action: "drop" };
}

function scalar(type: ColumnType) {
  if (typeof type !== "string") throw new TypeError("fields of a ref are scalars");
  return type;
}
