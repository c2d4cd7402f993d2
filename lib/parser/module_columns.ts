import type { ColumnType } from "../datasets/types.ts";
import type {
  BooleanData,
  Int64Data,
  ListData,
  StructData,
  Utf8Data,
  ValidityData,
} from "../parquet/column_data.ts";
import type { RecordModule } from "./record_module.ts";
import { offsetOf } from "./structs.ts";

/** Offsets of the fields of a column that are read for every block. */
const OFFSETS = {
  bits: offsetOf("Column", "bits"),
  length: offsetOf("Column", "length"),
  nullCount: offsetOf("Column", "nullCount"),
  data: offsetOf("Column", "data"),
  used: offsetOf("Column", "used"),
  lengths: offsetOf("Column", "lengths"),
};

/** A column in the module's memory. Its data are valid until the module appends to it. */
export type ModuleColumn = Int64Column | BooleanColumn | Utf8Column | ListColumn | StructColumn;

/** Creates an empty column of a type. */
export function putColumn(module: RecordModule, type: ColumnType): ModuleColumn {
  if (type === "BIGINT") return new Int64Column(module);
  if (type === "VARCHAR") return new Utf8Column(module);
  if (type === "BOOLEAN") return new BooleanColumn(module);
  if (typeof type === "string") throw new TypeError(`no dataset column has the type ${type}`);
  if (type.array === "VARCHAR") return new ListColumn(module, new Utf8Column(module));
  return new ListColumn(
    module,
    new StructColumn(type.array.row.map((field) => putColumn(module, field.type))),
  );
}

class ColumnMemory {
  readonly place: number;
  readonly #module: RecordModule;

  constructor(module: RecordModule, fields: { items?: number; hasTexts?: number } = {}) {
    this.#module = module;
    this.place = module.putStruct("Column", fields);
    this.clear();
  }

  clear(): void {
    this.#module.functions.clearColumn(this.place);
  }

  word(field: keyof typeof OFFSETS): number {
    return this.#module.word(this.place + OFFSETS[field]);
  }

  get validity(): ValidityData {
    const length = this.word("length");
    const { buffer } = this.#module.bytes;
    const bits = new Uint8Array(buffer, this.word("bits"), (length + 7) >> 3);
    return { bits, length, nullCount: this.word("nullCount") };
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#module.bytes.buffer, this.word("data"), length);
  }

  words(field: "data" | "lengths", length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#module.bytes.buffer, this.word(field), length);
  }
}

/** A column of 64-bit integers. */
class Int64Column extends ColumnMemory {
  readonly kind = "int64";

  get data(): Int64Data {
    return { kind: this.kind, validity: this.validity, words: this.words("data", this.word("used") / 4) };
  }
}

/** A column of booleans. */
class BooleanColumn extends ColumnMemory {
  readonly kind = "boolean";

  get data(): BooleanData {
    return { kind: this.kind, validity: this.validity, bytes: this.bytes(this.word("used")) };
  }
}

/** A column of UTF-8 texts. */
class Utf8Column extends ColumnMemory {
  readonly kind = "utf8";

  constructor(module: RecordModule) {
    super(module, { hasTexts: 1 });
  }

  get data(): Utf8Data {
    const { validity } = this;
    const lengths = this.words("lengths", validity.length - validity.nullCount);
    const byteLength = this.word("used");
    return { kind: this.kind, validity, lengths, bytes: this.bytes(byteLength), byteLength };
  }
}

/** A column of lists of texts or structs. */
class ListColumn extends ColumnMemory {
  readonly kind = "list";
  readonly items: Utf8Column | StructColumn;

  constructor(module: RecordModule, items: Utf8Column | StructColumn) {
    super(module, { items: items.place });
    this.items = items;
  }

  override clear(): void {
    super.clear();
    // The base constructor clears the column before its items exist; they are empty then.
    this.items?.clear();
  }

  get data(): ListData {
    const { validity } = this;
    const offsets = this.words("data", validity.length + 1);
    return { kind: this.kind, validity, offsets, child: this.items.data };
  }
}

/** The fields of structs, as one column each. */
class StructColumn {
  readonly kind = "struct";
  readonly fields: readonly ModuleColumn[];

  constructor(fields: readonly ModuleColumn[]) {
    this.fields = fields;
  }

  /** Place of the column that has one row per struct. */
  get place(): number {
    const [first] = this.fields;
    if (first === undefined) throw new TypeError("a struct without fields");
    return first.place;
  }

  clear(): void {
    for (const field of this.fields) field.clear();
  }

  get data(): StructData {
    return { kind: this.kind, fields: this.fields.map((field) => field.data) };
  }
}
