import type { ExtractedDataset, RowRule, Source } from "../datasets/declaration.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import { type Layout, nodeSlot, slotRef } from "./layout.ts";
import { type ModuleColumn, putColumn } from "./module_columns.ts";
import type { RecordModule } from "./record_module.ts";

// Writes the declarations of datasets to the memory of the module, in the form of `lib/parser/assembly/sources.ts`.

const KINDS = { text: 0, id: 1, joined: 2, list: 3, flat: 4, refs: 5 } as const;
const COLUMN_KINDS = {
  text: "utf8",
  id: "int64",
  joined: "utf8",
  list: "list",
  flat: "utf8",
  refs: "list",
} as const;
/** Where a slot is looked up, as a place says it beside four times the slot. */
const WHERE = { record: 0, item: 1, before: 2 } as const;
/** Slot of a rule that makes one row of a record. */
const NO_ITEM = -1;

/** Rows of one dataset that a stretch of the dump gave, and what was counted on the way. */
export interface RowBuffers {
  columns: readonly ColumnData[];
  rows: number;
  /** Elements that the rows are made of, with those that gave none. */
  items: number;
  /** How often each rule for missing values applied, by its reason. */
  counts: Map<string, number>;
}

/** Every reason that the dataset declares, none counted yet. */
export function noCounts(dataset: ExtractedDataset): Map<string, number> {
  return new Map(dataset.missing.map(({ reason }) => [reason, 0]));
}

/** The rows that the module makes for one dataset. */
export class DatasetRows {
  /** Where the dataset's rules stand. */
  readonly rules: readonly number[];
  readonly #module: RecordModule;
  readonly #dataset: ExtractedDataset;
  readonly #columns: readonly ModuleColumn[];
  /** Where the counters stand: of the items, of the rows, then of each rule for missing values. */
  readonly #counters: readonly number[];

  constructor(module: RecordModule, dataset: ExtractedDataset, layout: Layout) {
    this.#module = module;
    this.#dataset = dataset;
    this.#columns = dataset.columns.map((column) => putColumn(module, column.type));
    this.#counters = [0, 0, ...dataset.missing].map(() => module.putWords([0]));
    this.rules = dataset.rows.map((rule) => this.#putRule(rule, layout));
  }

  /** The rows since `clear`; valid until another is made. */
  get buffers(): RowBuffers {
    const [items = 0, rows = 0, ...counts] = this.#counters.map((place) => this.#module.word(place));
    return {
      columns: this.#columns.map((column) => column.data),
      rows,
      items,
      counts: new Map(this.#dataset.missing.map(({ reason }, index) => [reason, counts[index] ?? 0])),
    };
  }

  /** Forgets the rows, keeping the memory. */
  clear(): void {
    for (const column of this.#columns) column.clear();
    for (const place of this.#counters) this.#module.bytes.writeUInt32LE(0, place);
  }

  #putRule({ each, sources }: RowRule, layout: Layout): number {
    const module = this.#module;
    const places = sources.map((source, index) =>
      putSource(module, source, each, layout, this.#columns[index]),
    );
    const [items = 0, rows = 0, ...counters] = this.#counters;
    // Rows that are kept are counted when nothing else takes them away.
    const decidedFirst = [...this.#dataset.missing.entries()].sort(
      ([, a], [, b]) => Number(a.action === "keep") - Number(b.action === "keep"),
    );
    const tests = decidedFirst.flatMap(([index, { column, action }]) => {
      const tested = this.#dataset.columns.findIndex(({ name }) => name === column);
      const { kind } = sources[tested] ?? {};
      if (kind !== "text" && kind !== "id") {
        throw new TypeError(`only a text or an id can be looked at alone, not ${column}, a ${kind}`);
      }
      return [places[tested] ?? 0, counters[index] ?? 0, action === "keep" ? 1 : 0];
    });
    return module.putWords([
      each === "." ? NO_ITEM : nodeSlot(layout, each),
      items,
      rows,
      module.putWords(tests),
      this.#dataset.missing.length,
      module.putWords(places),
      places.length,
    ]);
  }
}

function putSource(
  module: RecordModule,
  source: Source,
  each: string,
  layout: Layout,
  column: ModuleColumn | undefined,
): number {
  if (column === undefined || column.kind !== COLUMN_KINDS[source.kind]) {
    throw new TypeError(`a ${source.kind} source does not fit a ${column?.kind} column`);
  }
  return module.putWords([
    KINDS[source.kind],
    column.place,
    ...sourceWords(module, source, each, layout, column),
  ]);
}

/** What stands behind a source's kind and column. */
function sourceWords(
  module: RecordModule,
  source: Source,
  each: string,
  layout: Layout,
  column: ModuleColumn,
): number[] {
  const slotAt = (path: string) => slotRef(layout, each, path).slot;
  switch (source.kind) {
    case "text": {
      const places = source.paths.map((path) => placeOf(layout, each, path));
      return [places.length, ...places];
    }
    case "id": {
      const places = source.paths.map((path) => placeOf(layout, each, path));
      return [source.zeroIsNull ? 1 : 0, places.length, ...places];
    }
    case "joined":
      return [slotAt(source.path), ...module.putText(source.separator)];
    case "list":
      return [slotAt(source.path)];
    case "flat": {
      const separators = [...module.putText(source.separator), ...module.putText(source.between)];
      const pieces = source.pieces.flatMap(({ paths, prefix = "", suffix = "" }) => [
        module.putWords(paths.map((path) => placeOf(layout, source.each, path))),
        paths.length,
        ...[prefix, prefix.trimStart(), suffix].flatMap((text) => module.putText(text)),
      ]);
      return [nodeSlot(layout, source.each), ...separators, source.pieces.length, ...pieces];
    }
    case "refs": {
      const fields = fieldsOf(column);
      const places = source.fields.map((field, index) =>
        putSource(module, field.source, source.each, layout, fields[index]),
      );
      return [nodeSlot(layout, source.each), places.length, ...places];
    }
  }
}

/** A place as the module looks it up. */
function placeOf(layout: Layout, each: string, path: string): number {
  const { slot, where } = slotRef(layout, each, path);
  return slot * 4 + WHERE[where];
}

function fieldsOf(column: ModuleColumn): readonly ModuleColumn[] {
  if (column.kind === "list" && column.items.kind === "struct") return column.items.fields;
  throw new TypeError("refs need a list column of structs");
}
