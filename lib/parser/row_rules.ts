import { type ExtractedDataset, type RowRule, reasonsOf, unreadableReason } from "../datasets/declaration.ts";
import type { ColumnData } from "../parquet/column_data.ts";
import { groupOf, itemsAt, type Layout } from "./layout.ts";
import { type ModuleColumn, putColumn } from "./module_columns.ts";
import type { RecordModule } from "./record_module.ts";
import { SourceWriter } from "./source_writer.ts";

// Writes dataset declarations to the module's memory.

/** Rows of one dataset from a section of the dump, with their counts. */
export interface RowBuffers {
  columns: readonly ColumnData[];
  rows: number;
  /** Elements that were candidates for a row, including those that yielded none. */
  items: number;
  /** Counted cases, by reason; reasons without any are omitted. */
  counts: Map<string, number>;
}

/** Every reason that the dataset declares, with a count of zero. */
export function noCounts(dataset: ExtractedDataset): Map<string, number> {
  return new Map(reasonsOf(dataset).map((reason) => [reason, 0]));
}

/** The rows that the module makes for one dataset. */
export class DatasetRows {
  /** Place of the dataset's rule set. */
  readonly ruleSet: number;
  readonly #module: RecordModule;
  readonly #dataset: ExtractedDataset;
  readonly #columns: readonly ModuleColumn[];
  /** Counters of items and rows. */
  readonly #items: number;
  readonly #rows: number;
  /** Other counters, by reason. */
  readonly #counters: ReadonlyMap<string, number>;
  /** Counters of passed-over values, by path. */
  readonly #passedOver = new Map<string, number>();

  constructor(module: RecordModule, dataset: ExtractedDataset, layout: Layout) {
    this.#module = module;
    this.#dataset = dataset;
    this.#columns = dataset.columns.map((column) => putColumn(module, column.type));
    this.#items = module.putWords([0]);
    this.#rows = module.putWords([0]);
    this.#counters = new Map(reasonsOf(dataset).map((reason) => [reason, module.putWords([0])]));
    const isGroup = dataset.order === "document";
    this.ruleSet = module.putStruct("RuleSet", {
      rules: module.putList(dataset.rows.map((rule) => this.#putRule(rule, layout, isGroup))),
      group: isGroup
        ? groupOf(
            layout,
            dataset.rows.map(({ each }) => each),
          ).field
        : 0,
    });
  }

  /** Rows since `clear`; valid until another is made. */
  get buffers(): RowBuffers {
    return {
      columns: this.#columns.map((column) => column.data),
      rows: this.#module.word(this.#rows),
      items: this.#module.word(this.#items),
      counts: this.#counts,
    };
  }

  get #counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [reason, place] of this.#counters) {
      const count = this.#module.word(place);
      if (count > 0) counts.set(reason, count);
    }
    return counts;
  }

  /** Clears the rows but keeps the memory. */
  clear(): void {
    for (const column of this.#columns) column.clear();
    for (const place of [this.#items, this.#rows, ...this.#counters.values(), ...this.#passedOver.values()]) {
      this.#module.bytes.writeUInt32LE(0, place);
    }
  }

  /** Number of values since `clear` that were passed over in favour of another, by path. */
  get passedOver(): ReadonlyMap<string, number> {
    return new Map([...this.#passedOver].map(([path, place]) => [path, this.#module.word(place)]));
  }

  #passedOverAt(path: string): number {
    const place = this.#passedOver.get(path) ?? this.#module.putWords([0]);
    this.#passedOver.set(path, place);
    return place;
  }

  #putRule(rule: RowRule, layout: Layout, isGroup: boolean): number {
    const { each, alone, sources } = rule;
    const writer = new SourceWriter(this.#module, layout, each, {
      passedOver: (path) => this.#passedOverAt(path),
      unreadable: (name) => this.#counters.get(unreadableReason(name)) ?? 0,
    });
    const places = this.#dataset.columns.map(({ name }, index) =>
      writer.put(name, sources[index] ?? { kind: "nothing" }, this.#columns[index]),
    );
    const tests = this.#tests(rule, places, writer);
    const plan = each === "." ? undefined : layout.scopes.get(each)?.plan;
    return this.#module.putStruct("Rule", {
      place: each === "." || isGroup ? 0 : writer.putItems(itemsAt(layout, ".", each)),
      present: alone === undefined && plan?.leader !== undefined ? plan.field : 0,
      items: this.#items,
      rows: this.#rows,
      tests: this.#module.putStructs("MissingTest", tests),
      testCount: tests.length,
      sources: this.#module.putList(places),
      sourceCount: places.length,
    });
  }

  /**
   * Tests for missing values. Rules that keep the row come last, so that they count only rows that are
   * written.
   */
  #tests({ sources }: RowRule, places: readonly number[], writer: SourceWriter) {
    const decidedFirst = [...this.#dataset.missing].sort(
      (a, b) => Number(a.action === "keep") - Number(b.action === "keep"),
    );
    return decidedFirst.map(({ column, reason, action, source: other }) => {
      const tested = this.#dataset.columns.findIndex(({ name }) => name === column);
      const source = other ?? sources[tested];
      if (source?.kind !== "text" && source?.kind !== "id") {
        throw new TypeError(
          `only a text or an id can be tested for NULL, but ${column} is a ${source?.kind}`,
        );
      }
      return {
        source: other === undefined ? (places[tested] ?? 0) : writer.putTested(source),
        counter: this.#counters.get(reason) ?? 0,
        isKept: action === "keep" ? 1 : 0,
      };
    });
  }
}
