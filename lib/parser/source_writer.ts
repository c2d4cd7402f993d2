import { dirname, join } from "node:path/posix";
import { isCounted, type Path, type Source } from "../datasets/declaration.ts";
import { pathInRecord } from "../datasets/path_in_record.ts";
import { itemsAt, type Layout, ordinalOf, type PlaceRef, somethingAt, valueAt } from "./layout.ts";
import type { ModuleColumn } from "./module_columns.ts";
import type { RecordModule } from "./record_module.ts";
import { IN_RECORD, ITEMS, SEVERAL, type StructName, sourceKinds } from "./structs.ts";

/** Kind of column that a source fills; undefined if it can be any. */
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

type SimpleSource = Extract<Source, { kind: "text" | "id" }>;

/** Places of counters; 0 means that there is none. */
interface Counters {
  /** Of values at a path, relative to the record, that are passed over in favour of another. */
  passedOver(path: Path): number;
  /** Of texts that are not a value of a column or field. */
  unreadable(name: string): number;
}

const NO_COUNTERS: Counters = { passedOver: () => 0, unreadable: () => 0 };

/** Writes sources, relative to the items at `each` (`.` means the record), to the module's memory. */
export class SourceWriter {
  readonly #module: RecordModule;
  readonly #layout: Layout;
  readonly #each: Path;
  readonly #counters: Counters;

  constructor(module: RecordModule, layout: Layout, each: Path, counters: Counters = NO_COUNTERS) {
    this.#module = module;
    this.#layout = layout;
    this.#each = each;
    this.#counters = counters;
  }

  /** @param name of the column or field */
  put(name: string, source: Source, column: ModuleColumn | undefined): number {
    const wanted = COLUMN_KINDS[source.kind];
    if (column === undefined || (wanted !== undefined && column.kind !== wanted)) {
      throw new TypeError(`a ${source.kind} source does not fit a ${column?.kind} column`);
    }
    const [struct, fields] = this.#fieldsOf(
      source,
      column,
      isCounted(source) ? this.#counters.unreadable(name) : 0,
    );
    return this.#module.putStruct(struct, {
      kind: sourceKinds.indexOf(source.kind),
      column: column.place,
      ...fields,
    });
  }

  /** Writes a source that is only tested, not appended. */
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
        return this.#text(source.paths, this.#countersOf(source.paths));
      case "id":
        return this.#id(source, unreadable, this.#countersOf(source.paths));
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

  /** Counters of passed-over values, for several paths of which one is used. */
  #countersOf(paths: readonly Path[]): readonly number[] {
    // Values shared by all items are counted with the record.
    if (paths.length === 1 || paths.some((path) => path.startsWith("/"))) return [];
    return paths.map((path) => this.#counters.passedOver(namedPath(this.#each, path)));
  }

  #text(paths: readonly Path[], counters: readonly number[] = []): [StructName, Record<string, number>] {
    return ["TextSource", { ...this.#places(paths, counters), ownField: this.#ownField(paths) }];
  }

  #id(
    { paths, zeroIsNull }: Extract<Source, { kind: "id" }>,
    unreadable: number,
    counters: readonly number[] = [],
  ): [StructName, Record<string, number>] {
    const isOfRecord = this.#each === "." || paths.every((path) => path.startsWith("/"));
    return [
      "IdSource",
      {
        ...this.#places(paths, counters),
        ownField: this.#ownField(paths),
        zeroIsNull: zeroIsNull ? 1 : 0,
        unreadable,
        isOfRecord: isOfRecord ? 1 : 0,
      },
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
      ...inside.#places(paths, inside.#countersOf(paths)),
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
    const fields = source.fields.map((field, index) => inside.put(field.name, field.source, columns[index]));
    return [
      "RefsSource",
      {
        place: this.putItems(itemsAt(this.#layout, this.#each, source.each)),
        fields: this.#module.putList(fields),
        fieldCount: fields.length,
      },
    ];
  }

  /** A writer for sources relative to inner items. */
  #inside(path: Path): SourceWriter {
    return new SourceWriter(this.#module, this.#layout, pathInRecord(this.#each, path), this.#counters);
  }

  #places(paths: readonly Path[], counters: readonly number[] = []) {
    return {
      places: this.#module.putWords(paths.map((path, index) => this.#valuePlace(path, counters[index]))),
      placeCount: paths.length,
    };
  }

  /** The field of the item itself if it is the only place and holds one value; otherwise 0. */
  #ownField([path, ...others]: readonly Path[]): number {
    if (path === undefined || others.length > 0) return 0;
    const { up, down, field } = valueAt(this.#layout, this.#each, path);
    return up === 0 && down.length === 0 && (field & SEVERAL) === 0 ? field : 0;
  }

  #valuePlace(path: Path, passedOver = 0): number {
    return this.#place(valueAt(this.#layout, this.#each, path), passedOver);
  }

  #place({ up, down, field }: PlaceRef, passedOver = 0): number {
    return this.#module.putStruct("Place", {
      up: up === "record" ? IN_RECORD : up,
      down: down.length === 0 ? 0 : this.#module.putList(down),
      field,
      passedOver,
    });
  }

  #span(name: string, text: string): Record<string, number> {
    const [place, bytes] = this.#module.putText(text);
    return { [name]: place, [`${name}Bytes`]: bytes };
  }
}

/** A value's path in the format of unknown paths, starting at the record element. */
function namedPath(each: Path, path: Path): Path {
  if (path === ".") return `${each}/text()`;
  return path.startsWith("^") ? join(dirname(each), path.slice(1)) : pathInRecord(each, path);
}

function fieldsOf(column: ModuleColumn): readonly ModuleColumn[] {
  if (column.kind === "list" && column.items.kind === "struct") return column.items.fields;
  throw new TypeError("refs need a list column of structs");
}
