import {
  type ExtractedDataset,
  type Path,
  type RowRule,
  reasonsOf,
  type Source,
  unreadableReason,
} from "../datasets/declaration.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import { groupOf, itemsAt, type Layout, ordinalOf, type PlaceRef, somethingAt, valueAt } from "./layout.ts";
import { type ModuleColumn, putColumn } from "./module_columns.ts";
import type { RecordModule } from "./record_module.ts";
import { IN_RECORD, ITEMS, type StructName, sourceKinds } from "./structs.ts";

// Writes the declarations of datasets to the memory of the module.

/** The columns that a source may fill, where it is not any. */
const COLUMN_KINDS: Record<Source["kind"], ModuleColumn["kind"] | undefined> = {
  text: "utf8",
  id: "int64",
  boolean: "boolean",
  constant: "utf8",
  flag: "boolean",
  nothing: undefined,
  ordinal: "int64",
  choice: "utf8",
  duration: "int64",
  date: "int64",
  roles: "list",
  joined: "utf8",
  list: "list",
  flat: "utf8",
  refs: "list",
};
const DATE_PARTS = { year: 0, month: 1, day: 2 } as const;

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
    for (const place of [this.#items, this.#rows, ...this.#counters.values()]) {
      this.#module.bytes.writeUInt32LE(0, place);
    }
  }

  #putRule(rule: RowRule, layout: Layout, isGroup: boolean): number {
    const { each, alone, sources } = rule;
    const writer = new SourceWriter(this.#module, layout, each);
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

type SimpleSource = Extract<Source, { kind: "text" | "id" }>;

/** Writes sources, as seen from the items at `each`. */
class SourceWriter {
  readonly #module: RecordModule;
  readonly #layout: Layout;
  readonly #each: Path;

  constructor(module: RecordModule, layout: Layout, each: Path) {
    this.#module = module;
    this.#layout = layout;
    this.#each = each;
  }

  /** @param unreadable where it is counted what can't be read */
  put(source: Source, column: ModuleColumn | undefined, unreadable = 0): number {
    const wanted = COLUMN_KINDS[source.kind];
    if (column === undefined || (wanted !== undefined && column.kind !== wanted)) {
      throw new TypeError(`a ${source.kind} source does not fit a ${column?.kind} column`);
    }
    const [struct, fields] = this.#fieldsOf(source, column, unreadable);
    return this.#module.putStruct(struct, {
      kind: sourceKinds.indexOf(source.kind),
      column: column.place,
      ...fields,
    });
  }

  /** A source that is only looked at. */
  putTested(source: SimpleSource): number {
    const [struct, fields] = source.kind === "text" ? this.#text(source.paths) : this.#id(source, 0);
    return this.#module.putStruct(struct, { kind: sourceKinds.indexOf(source.kind), ...fields });
  }

  putItems(ref: PlaceRef): number {
    return this.#place({ ...ref, field: ref.field + ITEMS });
  }

  #fieldsOf(source: Source, column: ModuleColumn, unreadable: number): [StructName, Record<string, number>] {
    switch (source.kind) {
      case "text":
        return this.#text(source.paths);
      case "id":
        return this.#id(source, unreadable);
      case "boolean":
        return ["BooleanSource", { ...this.#places(source.paths), unreadable }];
      case "constant":
        return ["ConstantSource", this.#span("text", source.value)];
      case "flag":
        return ["FlagSource", { flag: source.value ? 1 : 0 }];
      case "nothing":
        return ["Source", {}];
      case "ordinal": {
        const { up, group } = ordinalOf(this.#layout, this.#each, source);
        return ["OrdinalSource", { up, isInGroup: group === undefined ? 0 : 1 }];
      }
      case "choice":
        return this.#choice(source);
      case "duration":
      case "roles":
        return ["ParsedSource", { place: this.#valuePlace(source.path) }];
      case "date":
        return ["ParsedSource", { place: this.#valuePlace(source.path), part: DATE_PARTS[source.part] }];
      case "joined":
        return [
          "ValuesSource",
          { place: this.#valuePlace(source.path), ...this.#span("separator", source.separator) },
        ];
      case "list":
        return ["ValuesSource", { place: this.#valuePlace(source.path) }];
      case "flat":
        return this.#flat(source);
      case "refs":
        return this.#refs(source, column);
    }
  }

  #text(paths: readonly Path[]): [StructName, Record<string, number>] {
    return ["TextSource", this.#places(paths)];
  }

  #id(
    { paths, zeroIsNull }: Extract<Source, { kind: "id" }>,
    unreadable: number,
  ): [StructName, Record<string, number>] {
    const isOfRecord = this.#each === "." || paths.every((path) => path.startsWith("/"));
    return [
      "IdSource",
      { ...this.#places(paths), zeroIsNull: zeroIsNull ? 1 : 0, unreadable, isOfRecord: isOfRecord ? 1 : 0 },
    ];
  }

  #choice({ cases, otherwise }: Extract<Source, { kind: "choice" }>): [StructName, Record<string, number>] {
    const structs = cases.map(({ has, value }) => {
      const places = has.map((path) => {
        const { isItems, ...ref } = somethingAt(this.#layout, this.#each, path);
        return isItems ? this.putItems(ref) : this.#place(ref);
      });
      return {
        places: this.#module.putWords(places),
        placeCount: places.length,
        ...this.#span("text", value),
      };
    });
    return [
      "ChoiceSource",
      {
        cases: this.#module.putStructs("Case", structs),
        caseCount: structs.length,
        ...this.#span("otherwise", otherwise),
      },
    ];
  }

  #flat(source: Extract<Source, { kind: "flat" }>): [StructName, Record<string, number>] {
    const inside = this.#inside(source.each);
    const pieces = source.pieces.map(({ paths, prefix = "", suffix = "" }) => ({
      ...inside.#places(paths),
      ...this.#span("prefix", prefix),
      ...this.#span("leading", prefix.trimStart()),
      ...this.#span("suffix", suffix),
    }));
    return [
      "FlatSource",
      {
        place: this.putItems(itemsAt(this.#layout, this.#each, source.each)),
        ...this.#span("separator", source.separator),
        ...this.#span("between", source.between),
        pieces: this.#module.putStructs("Piece", pieces),
        pieceCount: pieces.length,
      },
    ];
  }

  #refs(
    source: Extract<Source, { kind: "refs" }>,
    column: ModuleColumn,
  ): [StructName, Record<string, number>] {
    const inside = this.#inside(source.each);
    const columns = fieldsOf(column);
    const fields = source.fields.map((field, index) => inside.put(field.source, columns[index]));
    return [
      "RefsSource",
      {
        place: this.putItems(itemsAt(this.#layout, this.#each, source.each)),
        fields: this.#module.putList(fields),
        fieldCount: fields.length,
      },
    ];
  }

  /** A writer for what is seen from items inside of these. */
  #inside(path: Path): SourceWriter {
    return new SourceWriter(this.#module, this.#layout, this.#each === "." ? path : `${this.#each}/${path}`);
  }

  #places(paths: readonly Path[]) {
    return {
      places: this.#module.putWords(paths.map((path) => this.#valuePlace(path))),
      placeCount: paths.length,
    };
  }

  #valuePlace(path: Path): number {
    return this.#place(valueAt(this.#layout, this.#each, path));
  }

  #place({ up, down, field }: PlaceRef): number {
    return this.#module.putStruct("Place", {
      up: up === "record" ? IN_RECORD : up,
      down: down.length === 0 ? 0 : this.#module.putList(down),
      field,
    });
  }

  #span(name: string, text: string): Record<string, number> {
    const [place, bytes] = this.#module.putText(text);
    return { [name]: place, [`${name}Bytes`]: bytes };
  }
}

function fieldsOf(column: ModuleColumn): readonly ModuleColumn[] {
  if (column.kind === "list" && column.items.kind === "struct") return column.items.fields;
  throw new TypeError("refs need a list column of structs");
}
