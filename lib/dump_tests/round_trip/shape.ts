import type { Entity } from "../../datasets/declaration.ts";

/** How a value is read: as text, as an id (0 is none), as a number, as `true` or `false`. */
export type Reading = "text" | "id" | "number" | "boolean";

/** A value of an element, and the column that keeps it. */
export interface Leaf {
  /**
   * Its place in the element: a child, `@attribute`, `child/@attribute`, or `.` for the element's own text. The first place with
   * a value counts.
   */
  paths: readonly [string, ...string[]];
  reading: Reading;
  column: string;
}

/** The value that ties a row to a list: a constant, or that of a column of the outer row. */
export type Tie = null | boolean | string | { outer: string };

/** Repeatable elements, and where they are kept. */
export type ListShape =
  /** Texts in a list column. Empty ones are not kept. */
  | { kind: "texts"; path: string; column: string }
  /** Elements with values, in a column of structs. Empty ones are not kept. */
  | { kind: "structs"; path: string; column: string; leaves: readonly Leaf[] }
  /** Elements with a row each, in a separate dataset. */
  | RowsShape;

/** A list of elements that are rows of a dataset. */
export interface RowsShape {
  kind: "rows";
  path: string;
  dataset: string;
  /** Column with the ordinals. */
  ordinal: string;
  /** The ordinals count the elements of this list, or of all lists of the dataset in the record, depth first. */
  counts: "list" | "record";
  ties: Readonly<Record<string, Tie>>;
  /** Dumps of 2015 to 2019 have an item's id as an `<id>` before it; elsewhere it is the item's `@id`. */
  idBefore: boolean;
  leaves: readonly Leaf[];
  lists: readonly ListShape[];
}

/** A record of the dump with everything it may contain, and where the datasets have it. */
export interface RecordShape {
  entity: Entity;
  /** Dataset with a row per record. */
  dataset: string;
  /** The record's id, a column of that name in every dataset. */
  id: Leaf;
  /** Child without which a record is not an entity and in no dataset. */
  needs?: string;
  leaves: readonly Leaf[];
  lists: readonly ListShape[];
}

const leaf = (reading: Reading, path: string, column = path.replace("@", "")): Leaf => ({
  paths: [path],
  reading,
  column,
});

/** An element or attribute whose text is a column, by default of the same name. */
export const text = (path: string, column?: string): Leaf => leaf("text", path, column);
/** An element or attribute read as an id; 0 is none. */
export const id = (path: string, column?: string): Leaf => leaf("id", path, column);
/** An element or attribute read as a number. */
export const number = (path: string, column?: string): Leaf => leaf("number", path, column);
/** An element or attribute read as TRUE or FALSE. */
export const boolean = (path: string, column?: string): Leaf => leaf("boolean", path, column);

/** A list of elements whose texts are an array column. */
export const texts = (path: string, column: string): ListShape => ({ kind: "texts", path, column });

/** A list of elements that are structs of an array column. */
export const structs = (path: string, column: string, leaves: readonly Leaf[]): ListShape => ({
  kind: "structs",
  path,
  column,
  leaves,
});

/** Elements with a row each, numbered within their list. */
export const rows = (
  path: string,
  dataset: string,
  ordinal: string,
  leaves: readonly Leaf[],
  more: Partial<RowsShape> = {},
): RowsShape => ({
  kind: "rows",
  path,
  dataset,
  ordinal,
  counts: "list",
  ties: {},
  idBefore: false,
  leaves,
  lists: [],
  ...more,
});

/** Whether the items of a list are rows of a dataset. */
export const isOfRows = (list: ListShape): list is RowsShape => list.kind === "rows";

/** Every list with its own rows, including nested ones. */
export function rowLists(lists: readonly ListShape[]): RowsShape[] {
  return lists.filter(isOfRows).flatMap((list) => [list, ...rowLists(list.lists)]);
}
