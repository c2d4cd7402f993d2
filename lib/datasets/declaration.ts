import type {
  Column,
  ColumnType,
  DerivedColumn,
  DescribedColumn,
  Key,
  Reference,
  TableDeclaration,
} from "./types.ts";

/** The four kinds of top-level records; each has its own dump file. */
export const entities = ["artist", "label", "master", "release"] as const;
/** One of the {@link entities}. */
export type Entity = (typeof entities)[number];

/**
 * Location of a value relative to the item that yields the row: child names separated by `/`, ending in an
 * element, an `@attribute`, or `.` (the item's own text). A leading `/` starts from the top-level record
 * instead. `^name` is the text of the sibling with that name immediately before the item. Apart from these
 * two forms, a path only reaches inside the item, and matches every occurrence there.
 */
export type Path = string;

/** Item paths, relative to the record, that share one counter: numbered in document order, starting at 1. */
export type Group = readonly Path[];

/** Part of a flattened item; `prefix` and `suffix` are emitted only with a value. */
export interface Piece {
  /** Alternatives; the first non-NULL one is used. */
  paths: readonly Path[];
  prefix?: string;
  suffix?: string;
}

/** How to derive a column's value from a record of the dump. */
export type Source =
  /** First non-NULL value of `paths`. */
  | { kind: "text"; paths: readonly Path[] }
  /**
   * First of `paths` that is a decimal number within 64 bits. `zeroIsNull` treats 0, the dumps' "none", as
   * NULL. `isCounted` counts texts that are not numbers.
   */
  | { kind: "id"; paths: readonly Path[]; zeroIsNull: boolean; isCounted?: boolean }
  /** `true` or `false`, from the first non-NULL value of `paths`; any other text is counted. */
  | { kind: "boolean"; paths: readonly Path[] }
  /** The same text in every row. */
  | { kind: "constant"; value: string }
  /** The same boolean in every row. */
  | { kind: "flag"; value: boolean }
  | { kind: "nothing" }
  /**
   * Position of the item, starting at 1: among its namesakes in the parent, or within the group `among`. With
   * `outer`, the position of the innermost enclosing item of the group.
   */
  | { kind: "ordinal"; among?: Group; outer?: boolean }
  /** Value of the first case that has a value or an item at one of its paths. */
  | { kind: "choice"; cases: readonly { has: readonly Path[]; value: string }[]; otherwise: string }
  /** Seconds of a `[H:]M:SS` text. */
  | { kind: "duration"; path: Path }
  /** One part of a `YYYY[-MM[-DD]]` text. */
  | { kind: "date"; path: Path; part: "year" | "month" | "day" }
  /** A role text split at commas outside brackets, with the bracketed parts removed. */
  | { kind: "roles"; path: Path }
  | { kind: "joined"; path: Path; separator: string }
  | { kind: "list"; path: Path }
  /** All items in one string: `between` separates the pieces of an item, `separator` the items. */
  | { kind: "flat"; each: Path; pieces: readonly Piece[]; between: string; separator: string }
  | { kind: "refs"; each: Path; fields: readonly SourcedColumn[] };

/** A column together with the source of its values. */
export interface SourcedColumn extends Column {
  source: Source;
}
/** A dataset column that also has its `about` sentence. */
export type DeclaredColumn = SourcedColumn & DescribedColumn;

/** Rows derived from a record: one per item at `each` (`.` means the record itself). */
export interface RowRule {
  each: Path;
  /** Also yields a row for each sibling with this name that does not immediately precede an item. */
  alone?: string;
  sources: readonly Source[];
}

/** How to treat a row that lacks a value. Every action except `keep` omits the row. */
export interface MissingRule {
  column: string;
  /** Name under which the cases are counted, e.g. `no_name`. */
  reason: string;
  action: "drop" | "skip" | "keep";
  /** Source of the value, if the column belongs to the record's dataset rather than this one. */
  source?: Source;
}

/** A dataset extracted from a dump: its table, and how a record maps to rows. */
export interface ExtractedDataset extends TableDeclaration {
  entity: Entity;
  rows: readonly RowRule[];
  /** Order of a record's rows: rule by rule, or in document order. */
  order: "rules" | "document";
  /** Evaluated in order; the first applicable rule other than `keep` decides. */
  missing: readonly MissingRule[];
  /** Default number of rows per part, except the last: about 50 MB of values. */
  partRows: number;
  /** Rows per row group, except the last: a multiple of DuckDB's vector size (2048). */
  groupRows: number;
}

/** A column holding the text of an element or attribute. */
export const text = (name: string, path: Path = name): SourcedColumn => ({
  name,
  type: "VARCHAR",
  source: { kind: "text", paths: [path] },
});

/** A numeric column, as in the dump: 0 stays 0. */
export const id = (name: string, ...paths: Path[]): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "id", paths: paths.length === 0 ? [name] : paths, zeroIsNull: false },
});

/** A number whose original text is not kept elsewhere: texts that are not numbers are counted. */
export const number = (name: string, path: Path): SourcedColumn => counted(id(name, path));

/** Like `number`, for a reference: 0 becomes NULL. */
export const numberRef = (name: string, ...paths: Path[]): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "id", paths, zeroIsNull: true, isCounted: true },
});

/** A TRUE or FALSE column; any other text becomes NULL and is counted. */
export const boolean = (name: string, path: Path): SourcedColumn => ({
  name,
  type: "BOOLEAN",
  source: { kind: "boolean", paths: [path] },
});

/** A text that is the same in every row of a rule. */
export const constant = (name: string, value: string): SourcedColumn => ({
  name,
  type: "VARCHAR",
  source: { kind: "constant", value },
});

/** A boolean that is the same in every row of a rule. */
export const flag = (name: string, value: boolean): SourcedColumn => ({
  name,
  type: "BOOLEAN",
  source: { kind: "flag", value },
});

/** A column that is NULL in every row of a rule. */
export const nothing = (name: string, type: ColumnType): SourcedColumn => ({
  name,
  type,
  source: { kind: "nothing" },
});

/** Position of the item among its namesakes in the same parent or record, starting at 1. */
export const ordinal = (name: string): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "ordinal" },
});

/** Position of the item within a group of items, starting at 1. */
export const ordinalAmong = (name: string, among: Group): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "ordinal", among },
});

/** Position, within a group, of the innermost enclosing item of that group. */
export const outerOrdinal = (name: string, among: Group): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "ordinal", among, outer: true },
});

/** Value of the first case with something at one of its paths, or `otherwise`. */
export const choice = (
  name: string,
  cases: readonly { has: readonly Path[]; value: string }[],
  otherwise: string,
): SourcedColumn => ({ name, type: "VARCHAR", source: { kind: "choice", cases, otherwise } });

/** Seconds of a `[H:]M:SS` text. */
export const duration = (name: string, path: Path): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "duration", path },
});

/** One part of a `YYYY[-MM[-DD]]` text. */
export const datePart = (name: string, path: Path, part: "year" | "month" | "day"): SourcedColumn => ({
  name,
  type: "BIGINT",
  source: { kind: "date", path, part },
});

/** The roles listed in a text, without details in brackets. */
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

/** An array of structs, one per item at `each`; items whose fields are all NULL are omitted. */
export const refs = (name: string, each: Path, fields: readonly SourcedColumn[]): SourcedColumn => ({
  name,
  type: { array: { row: fields.map((field) => ({ name: field.name, type: scalar(field.type) })) } },
  source: { kind: "refs", each, fields },
});

/** A column that flattens all items at `each` into one string. */
export const flat = (
  name: string,
  each: Path,
  pieces: readonly Piece[],
  separators: { between: string; separator: string },
): SourcedColumn => ({ name, type: "VARCHAR", source: { kind: "flat", each, pieces, ...separators } });

/** Marks a column as an addition to the historical contract. */
export const added = (column: SourcedColumn): SourcedColumn => ({ ...column, added: true });

/** Marks a column that has values in a month of any size. */
export const expected = (column: SourcedColumn): SourcedColumn => ({ ...column, expected: true });

/** Marks a column that never holds NULL: rows without a value are dropped and counted. */
export const mandatory = (column: SourcedColumn): SourcedColumn => ({ ...column, mandatory: true });

/** Skips and counts rows without this text. */
export const skipWithout = (column: string): MissingRule => ({
  column,
  reason: `no_${column}`,
  action: "skip",
});

/** Keeps but counts rows without this text. */
export const countWithout = (column: string): MissingRule => ({
  column,
  reason: `no_${column}`,
  action: "keep",
});

/** Wide rows get small row groups to limit memory per group. docs/performance.md has the measurements. */
const GROUP_ROWS = 20_480;
const NARROW_GROUP_ROWS = 122_880;

interface Declared {
  directory: string;
  about: string;
  table?: string;
  entity: Entity;
  /** Canonical datasets are required, detail datasets are not. */
  kind?: "canonical" | "detail";
  columns: readonly DeclaredColumn[];
  key?: Key;
  references?: readonly Reference[];
  shortName?: string;
  derived?: readonly DerivedColumn[];
  partRows: number;
  /** Rows to skip or count, evaluated before the mandatory columns are checked. */
  missing?: readonly MissingRule[];
}

interface DeclaredRule<C extends SourcedColumn> extends Omit<RowRule, "sources"> {
  columns: readonly C[];
}

interface DeclaredItems extends Omit<Declared, "columns"> {
  rows: readonly [DeclaredRule<DeclaredColumn>, ...DeclaredRule<SourcedColumn>[]];
  order?: ExtractedDataset["order"];
}

/** Declares a dataset with one row per top-level record. */
export function recordDataset(declared: Declared): ExtractedDataset {
  const { columns, ...rest } = declared;
  return itemDataset({ ...rest, rows: [{ each: ".", columns }] });
}

/**
 * Declares a dataset with one row per item of one or more lists in a record. Every list declares the same
 * columns with its own sources; the first list describes them.
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

/** Declares a detail dataset of another dataset's records. A record omitted there yields no rows here. */
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

/** Returns the source of a column in a dataset with one row per record. */
function sourceOf({ directory, columns, rows }: ExtractedDataset, name: string): Source {
  const source = rows[0]?.sources[columns.findIndex((column) => column.name === name)];
  if (source === undefined) throw new TypeError(`${directory} has no column ${name}`);
  return source;
}

/** Rewrites a record's text or id source to be read from an item within the record. */
function inRecord(source: Source): Source {
  if (source.kind !== "text" && source.kind !== "id")
    throw new TypeError(`a ${source.kind} cannot be missing`);
  return { ...source, paths: source.paths.map((path) => (path.startsWith("/") ? path : `/${path}`)) };
}

function isSame({ name, type }: SourcedColumn, other: SourcedColumn | undefined): boolean {
  return other !== undefined && name === other.name && JSON.stringify(type) === JSON.stringify(other.type);
}

/** Whether a mandatory column can lack a value; positions and constants always have one. */
function canBeMissing({ mandatory, source }: SourcedColumn): boolean {
  return mandatory === true && (source.kind === "id" || source.kind === "text");
}

function dropWithout(column: Column): MissingRule {
  return { column: column.name, reason: `null_${column.name}`, action: "drop" };
}

function counted(column: SourcedColumn): SourcedColumn {
  return column.source.kind === "id" ? { ...column, source: { ...column.source, isCounted: true } } : column;
}

/** Names under which unreadable texts of a column, or of the fields of its structs, are counted. */
function unreadableReasons(name: string, source: Source): string[] {
  if (source.kind === "refs")
    return source.fields.flatMap((field) => unreadableReasons(field.name, field.source));
  return isCounted(source) ? [unreadableReason(name)] : [];
}

/** Name under which the unreadable texts of a column or field are counted, if they are. */
export const unreadableReason = (name: string): string => `unreadable_${name}`;

/** Whether texts that are not a value of this source are counted. */
export function isCounted(source: Source): boolean {
  return source.kind === "boolean" || (source.kind === "id" && source.isCounted === true);
}

/** Lists the names under which a dataset's unreadable texts are counted. */
export function unreadableReasonsOf({ columns, rows }: ExtractedDataset): string[] {
  const reasons = columns.flatMap(({ name }, index) =>
    rows.flatMap(({ sources }) => unreadableReasons(name, sources[index] ?? { kind: "nothing" })),
  );
  return [...new Set(reasons)];
}

/** Lists every reason counted for a dataset, in display order. */
export function reasonsOf(dataset: ExtractedDataset): string[] {
  const missing = dataset.missing.map(({ reason }) => reason);
  return [...new Set([...missing, ...unreadableReasonsOf(dataset)])];
}

function scalar(type: ColumnType) {
  if (typeof type !== "string") throw new TypeError("fields of a ref are scalars");
  return type;
}
