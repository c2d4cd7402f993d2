import type { SqlValue } from "../../sql/engine.ts";
import { below, ELEMENT, type Entry, normalValue } from "./entry.ts";
import {
  isOfRows,
  type Leaf,
  type ListShape,
  type RecordShape,
  type RowsShape,
  rowLists,
  type Tie,
} from "./shape.ts";

/** A row of a dataset, by column. */
export type Row = Readonly<Record<string, SqlValue>>;

/** The rows of a record, by dataset. */
export type RecordRows = ReadonlyMap<string, readonly Row[]>;

/** Builds the normal form of a record from its rows. A row without a place becomes an entry with its dataset's name. */
export function rebuiltForm(shape: RecordShape, rows: RecordRows): Entry[] {
  const rebuild = new Rebuild(shape, rows);
  for (const row of rows.get(shape.dataset) ?? []) {
    rebuild.leaves([shape.id, ...shape.leaves], row, "");
    rebuild.lists(shape.lists.filter(isInRow), row, "");
  }
  rebuild.lists(shape.lists.filter(isOfRows), {}, "");
  rebuild.rest();
  return rebuild.entries;
}

const isInRow = (list: ListShape) => list.kind !== "rows";

class Rebuild {
  readonly entries: Entry[] = [];
  /** Rows not placed yet, by dataset and ties. */
  readonly #rows = new Map<string, Row[]>();
  /** Number of elements of a dataset so far. */
  readonly #met = new Map<string, number>();

  constructor(shape: RecordShape, rows: RecordRows) {
    const columns = new Map(rowLists(shape.lists).map(({ dataset, ties }) => [dataset, Object.keys(ties)]));
    for (const [dataset, names] of columns) {
      for (const row of rows.get(dataset) ?? []) {
        const key = keyOf(
          dataset,
          names.map((name) => row[name] ?? null),
        );
        const group = this.#rows.get(key);
        if (group === undefined) this.#rows.set(key, [row]);
        else group.push(row);
      }
    }
  }

  leaves(leaves: readonly Leaf[], row: Row, path: string): void {
    for (const { paths, reading, column } of leaves) {
      const value = row[column] ?? null;
      const normal = value === null ? undefined : normalValue(reading, String(value));
      if (normal !== undefined) this.entries.push({ path: below(path, paths[0]), value: normal });
      else if (value === "") this.entries.push({ path: below(path, paths[0]), value: "" });
    }
  }

  lists(lists: readonly ListShape[], row: Row, path: string): void {
    for (const list of lists) {
      if (list.kind === "rows") this.#addRows(list, row, path);
      else this.#addItems(list, row, path);
    }
  }

  /** Adds rows without a place as entries. */
  rest(): void {
    for (const [key, rows] of this.#rows) {
      for (const row of rows)
        this.entries.push({ path: `${datasetOf(key)}, a row without a place`, value: text(row) });
    }
  }

  #addItems(list: Exclude<ListShape, RowsShape>, row: Row, path: string): void {
    const items = (row[list.column] ?? []) as SqlValue[];
    for (const [index, value] of items.entries()) {
      const item = `${below(path, list.path)}[${index + 1}]`;
      if (list.kind === "texts") this.entries.push({ path: item, value: String(value) });
      else this.leaves(list.leaves, value as Row, item);
    }
  }

  #addRows(list: RowsShape, outer: Row, path: string): void {
    const { dataset, ties, ordinal, counts } = list;
    const key = keyOf(
      dataset,
      Object.values(ties).map((tie) => tied(tie, outer)),
    );
    const found = this.#rows.get(key) ?? [];
    this.#rows.delete(key);
    for (const [index, row] of found.entries()) {
      const met = (this.#met.get(dataset) ?? 0) + 1;
      this.#met.set(dataset, met);
      const number = counts === "list" ? row[ordinal] : index + 1;
      const item = `${below(path, list.path)}[${number}]`;
      this.entries.push({ path: item, value: ELEMENT });
      if (counts === "record" && row[ordinal] !== BigInt(met))
        this.entries.push({
          path: `${item}, ${ordinal} where ${met} was expected`,
          value: String(row[ordinal]),
        });
      this.leaves(list.leaves, row, item);
      this.lists(list.lists, row, item);
    }
  }
}

function tied(tie: Tie, outer: Row): SqlValue {
  return typeof tie === "object" && tie !== null ? (outer[tie.outer] ?? null) : tie;
}

const SEPARATOR = " ";

function keyOf(dataset: string, values: readonly SqlValue[]): string {
  return [dataset, ...values.map(String)].join(SEPARATOR);
}

function datasetOf(key: string): string {
  return key.slice(0, `${key}${SEPARATOR}`.indexOf(SEPARATOR));
}

function text(row: Row): string {
  return JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value));
}
