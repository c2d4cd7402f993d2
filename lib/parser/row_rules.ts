import { type ExtractedDataset, type RowRule, reasonsOf, unreadableReason } from "../datasets/declaration.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import { groupOf, itemsAt, type Layout } from "./layout.ts";
import { type ModuleColumn, putColumn } from "./module_columns.ts";
import type { RecordModule } from "./record_module.ts";
import { SourceWriter } from "./source_writer.ts";

// Writes the declarations of datasets to the memory of the module.

/** Rows of one dataset that a stretch of the dump gave, and what was counted on the way. */
export interface RowBuffers {
  columns: readonly ColumnData[];
  rows: number;
  /** Elements that the rows are made of, with those that gave none. */
  items: number;
  /** How often each thing was met that is counted, by its reason. */
  counts: Map<string, number>;
}

/** Every reason that the dataset declares, none counted yet. */
export function noCounts(dataset: ExtractedDataset): Map<string, number> {
  return new Map(reasonsOf(dataset).map((reason) => [reason, 0]));
}

/** The rows that the module makes for one dataset. */
export class DatasetRows {
  /** Where the dataset's set of rules stands. */
  readonly ruleSet: number;
  readonly #module: RecordModule;
  readonly #dataset: ExtractedDataset;
  readonly #columns: readonly ModuleColumn[];
  /** Where the items and the rows are counted. */
  readonly #items: number;
  readonly #rows: number;
  /** Where the rest is counted, by its reason. */
  readonly #counters: ReadonlyMap<string, number>;
  /** Where it is counted that a value is passed over, by its path. */
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

  /** The rows since `clear`; valid until another is made. */
  get buffers(): RowBuffers {
    return {
      columns: this.#columns.map((column) => column.data),
      rows: this.#module.word(this.#rows),
      items: this.#module.word(this.#items),
      counts: new Map([...this.#counters].map(([reason, place]) => [reason, this.#module.word(place)])),
    };
  }

  /** Forgets the rows, keeping the memory. */
  clear(): void {
    for (const column of this.#columns) column.clear();
    for (const place of [this.#items, this.#rows, ...this.#counters.values(), ...this.#passedOver.values()]) {
      this.#module.bytes.writeUInt32LE(0, place);
    }
  }

  /** How often a value was passed over since `clear`, because another was taken instead, by its path. */
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
    const writer = new SourceWriter(this.#module, layout, each, (path) => this.#passedOverAt(path));
    const places = sources.map((source, index) => {
      const column = this.#dataset.columns[index];
      const reason = column && unreadableReason(column, source);
      return writer.put(source, this.#columns[index], this.#counters.get(reason ?? "") ?? 0);
    });
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

  /** What may be missing. Rows that are kept are counted when nothing else takes them away. */
  #tests({ sources }: RowRule, places: readonly number[], writer: SourceWriter) {
    const decidedFirst = [...this.#dataset.missing].sort(
      (a, b) => Number(a.action === "keep") - Number(b.action === "keep"),
    );
    return decidedFirst.map(({ column, reason, action, source: other }) => {
      const tested = this.#dataset.columns.findIndex(({ name }) => name === column);
      const source = other ?? sources[tested];
      if (source?.kind !== "text" && source?.kind !== "id") {
        throw new TypeError(`only a text or an id can be looked at alone, not ${column}, a ${source?.kind}`);
      }
      return {
        source: other === undefined ? (places[tested] ?? 0) : writer.putTested(source),
        counter: this.#counters.get(reason) ?? 0,
        isKept: action === "keep" ? 1 : 0,
      };
    });
  }
}
