import type {
  Column,
  ColumnType,
  DerivedColumn,
  DescribedColumn,
  Key,
  Reference,
  TableDeclaration,
} from "./types.ts";

/** The four kinds of top-level records, one dump file each. */
export type Entity = "artist" | "label" | "master" | "release";

/**
 * Where a value stands, from the item that makes the row: child names separated by `/`, ending in an element,
 * in `@attribute`, or being `.` (the item's own text). A leading `/` starts from the top-level record instead; `^name`
 * is the text of the sibling of that name that stands just before the item. Nothing outside of the item is meant
 * otherwise: of what is in it, all is.
 */
export type Path = string;

/** Paths of items of a record, from the record on, that are counted together: in document order, from 1. */
export type Group = readonly Path[];

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
  /**
   * First of `paths` that is a decimal number within 64 bits; with `zeroIsNull`, 0 is the dumps' "none". With
   * `isCounted` it is counted how often there is a text that is no number.
   */
  | { kind: "id"; paths: readonly Path[]; zeroIsNull: boolean; isCounted?: boolean }
  /** `true` or `false` as the first of `paths` that is not NULL; it is counted how often that is something else. */
  | { kind: "boolean"; paths: readonly Path[] }
  /** The same text in every row. */
  | { kind: "constant"; value: string }
  /** The same boolean in every row. */
  | { kind: "flag"; value: boolean }
  | { kind: "nothing" }
  /**
   * The place of the item, from 1: among those of its element in the same item, or `among` a group. `outer`: of the
   * innermost item of the group that it stands in.
   */
  | { kind: "ordinal"; among?: Group; outer?: boolean }
  /** The value of the first case of which one path has a value, or an item. */
  | { kind: "choice"; cases: readonly { has: readonly Path[]; value: string }[]; otherwise: string }
  /** Seconds of `[H:]M:SS`. */
  | { kind: "duration"; path: Path }
  /** A part of `YYYY[-MM[-DD]]`. */
  | { kind: "date"; path: Path; part: "year" | "month" | "day" }
  /** A role split at commas outside of brackets, without what is in these. */
  | { kind: "roles"; path: Path }
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
  /** Also one for each sibling of this name that stands just before none of the items. */
  alone?: string;
  sources: readonly Source[];
}

/** What happens to a row in which a value is missing. Everything but `keep` means that it is not written. */
export interface MissingRule {
  column: string;
  /** Name under which the cases are counted, e.g. `no_name`. */
  reason: string;
  action: "drop" | "skip" | "keep";
  /** Where the value is when it is no column of the dataset, but of that of its records. */
  source?: Source;
}

/** A dataset that is extracted from a dump: its table, and how a record becomes rows. */
export interface ExtractedDataset extends TableDeclaration {
  entity: Entity;
  rows: readonly RowRule[];
  /** Order of a record's rows: that of the rules, each with all of its items, or that of the items in the dump. */
  order: "rules" | "document";
  /** In order; the first that applies and is not `keep` decides. */
  missing: readonly MissingRule[];
  /** Rows of each part but the last, unless the user chooses otherwise: about 50 MB of values. */
  partRows: number;
  /** Rows of each row group but the last: a multiple of those that DuckDB works on at a time (2048). */
  groupRows: number;
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

/** A number of which nothing else is kept: it is counted how often there is a text that is none. */
export const number = (name: string, path: Path): SourcedColumn => counted(id(name, path));

/** The same of a reference: 0 is NULL. */
export const numberRef = (name: string, ...paths: Path[]): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "id", paths, zeroIsNull: true, isCounted: true },
});

/** A column that is TRUE or FALSE as the dump has it; anything else is NULL, and counted. */
export const boolean = (name: string, path: Path): SourcedColumn => ({
  name,
  type: "BOOLEAN",
  source: { kind: "boolean", paths: [path] },
});

/** A text that is the same in all rows of a rule. */
export const constant = (name: string, value: string): SourcedColumn => ({
  name,
  type: "VARCHAR",
  source: { kind: "constant", value },
});

/** A boolean that is the same in all rows of a rule. */
export const flag = (name: string, value: boolean): SourcedColumn => ({
  name,
  type: "BOOLEAN",
  source: { kind: "flag", value },
});

/** A column that is NULL in all rows of a rule. */
export const nothing = (name: string, type: ColumnType): SourcedColumn => ({
  name,
  type,
  source: { kind: "nothing" },
});

/** The place of the item among those of the same element in the same item or record, from 1. */
export const ordinal = (name: string): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "ordinal" },
});

/** The place of the item in a group of items, from 1. */
export const ordinalAmong = (name: string, among: Group): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "ordinal", among },
});

/** The place in a group of the innermost of its items that the item stands in. */
export const outerOrdinal = (name: string, among: Group): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "ordinal", among, outer: true },
});

/** The value of the first case of which one path has something; `otherwise` where none has. */
export const choice = (
  name: string,
  cases: readonly { has: readonly Path[]; value: string }[],
  otherwise: string,
): SourcedColumn => ({ name, type: "VARCHAR", source: { kind: "choice", cases, otherwise } });

/** Seconds of a text in the form `[H:]M:SS`. */
export const duration = (name: string, path: Path): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "duration", path },
});

/** A part of a text in the form `YYYY[-MM[-DD]]`. */
export const datePart = (name: string, path: Path, part: "year" | "month" | "day"): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "date", path, part },
});

/** The roles of a text that lists them, without their details in brackets. */
export const roles = (name: string, path: Path): SourcedColumn => ({
  name,
  type: { array: "VARCHAR" },
  source: { kind: "roles", path },
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

/** Row groups of wide rows are small, so that the memory for one is. docs/performance.md has what was measured. */
const GROUP_ROWS = 20_480;
const NARROW_GROUP_ROWS = 122_880;

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
  shortName?: string;
  derived?: readonly DerivedColumn[];
  partRows: number;
  /** Rows that are not made, or only counted, before the mandatory columns are looked at. */
  missing?: readonly MissingRule[];
}

interface DeclaredRule<C extends SourcedColumn> extends Omit<RowRule, "sources"> {
  columns: readonly C[];
}

interface DeclaredItems extends Omit<Declared, "columns"> {
  rows: readonly [DeclaredRule<DeclaredColumn>, ...DeclaredRule<SourcedColumn>[]];
  order?: ExtractedDataset["order"];
}

/** Declares a dataset with one row for each top-level record. */
export function recordDataset(declared: Declared): ExtractedDataset {
  const { columns, ...rest } = declared;
  return itemDataset({ ...rest, rows: [{ each: ".", columns }] });
}

/**
 * Declares a dataset with one row for each item of one or more lists of a record. Every list declares the same columns,
 * with its own sources; the first describes them.
 */
export function itemDataset(declared: DeclaredItems): ExtractedDataset {
  const {
    rows,
    missing = [],
    table = declared.directory,
    kind = "canonical",
    order = "rules",
    ...rest
  } = declared;
  const sourced = rows[0].columns;
  for (const { each, columns } of rows) {
    if (
      columns.length !== sourced.length ||
      !columns.every((column, index) => isSame(column, sourced[index]))
    )
      throw new TypeError(`${declared.directory}: the columns of ${each} are not those of ${rows[0].each}`);
  }
  return {
    ...rest,
    table,
    kind,
    groupRows: kind === "canonical" ? GROUP_ROWS : NARROW_GROUP_ROWS,
    required: kind === "canonical",
    columns: sourced.map(({ source: _, ...column }) => column),
    rows: rows.map(({ columns, ...rule }) => ({ ...rule, sources: columns.map((column) => column.source) })),
    order,
    missing: [...missing, ...sourced.filter(canBeMissing).map(dropWithout)],
  };
}

/**
 * Declares a dataset of what is in the records of another one: a record that gives no row there gives none here.
 */
export function detailDataset(
  main: ExtractedDataset,
  declared: Omit<DeclaredItems, "entity" | "kind">,
): ExtractedDataset {
  const ofRecord = main.missing
    .filter(({ action }) => action !== "keep")
    .map((rule) => ({ ...rule, source: inRecord(sourceOf(main, rule.column)) }));
  const dataset = itemDataset({ ...declared, kind: "detail", entity: main.entity });
  const own = dataset.missing.filter(({ reason }) => ofRecord.every((rule) => rule.reason !== reason));
  return { ...dataset, missing: [...ofRecord, ...own] };
}

/** The source of a column of a dataset with one row for each record. */
function sourceOf({ directory, columns, rows }: ExtractedDataset, name: string): Source {
  const source = rows[0]?.sources[columns.findIndex((column) => column.name === name)];
  if (source === undefined) throw new TypeError(`${directory} has no column ${name}`);
  return source;
}

/** A text or an id of the record, as seen from an item in it. */
function inRecord(source: Source): Source {
  if (source.kind !== "text" && source.kind !== "id")
    throw new TypeError(`a ${source.kind} cannot be missing`);
  return { ...source, paths: source.paths.map((path) => (path.startsWith("/") ? path : `/${path}`)) };
}

function isSame({ name, type }: SourcedColumn, other: SourcedColumn | undefined): boolean {
  return other !== undefined && name === other.name && JSON.stringify(type) === JSON.stringify(other.type);
}

/** Whether a mandatory column may be without a value: one that is a place or a constant has one. */
function canBeMissing({ mandatory, source }: SourcedColumn): boolean {
  return mandatory === true && (source.kind === "id" || source.kind === "text");
}

function dropWithout(column: Column): MissingRule {
  return { column: column.name, reason: `null_${column.name}`, action: "drop" };
}

function counted(column: SourcedColumn): SourcedColumn {
  return column.source.kind === "id" ? { ...column, source: { ...column.source, isCounted: true } } : column;
}

/** Name under which it is counted that a column's text can't be read as what the column holds; undefined = it is not. */
export function unreadableReason({ name }: Column, source: Source): string | undefined {
  const isCounted = source.kind === "boolean" || (source.kind === "id" && source.isCounted === true);
  return isCounted ? `unreadable_${name}` : undefined;
}

/** Every reason under which something of a dataset is counted, in the order in which they are shown. */
export function reasonsOf({ columns, rows, missing }: ExtractedDataset): string[] {
  const unreadable = columns.flatMap((column, index) =>
    rows.flatMap(({ sources }) => unreadableReason(column, sources[index] ?? { kind: "nothing" }) ?? []),
  );
  return [...new Set([...missing.map(({ reason }) => reason), ...unreadable])];
}

function scalar(type: ColumnType) {
  if (typeof type !== "string") throw new TypeError("fields of a ref are scalars");
  return type;
}
