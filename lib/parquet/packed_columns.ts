import type { ArrayType, Column, ColumnType } from "../datasets/types.ts";
import type { ColumnData, StructData, Utf8Data, ValidityData } from "./column_data.ts";

/**
 * Rows of columns in one piece of memory, which can be transferred to another thread cheaply; the other thread creates views of
 * it with `unpackColumns`. For each column with values or lists it contains, each at a multiple of 8 bytes: the numbers of rows,
 * of NULLs and of bytes of its texts; its validity; the lengths of its texts; its values or offsets.
 */
export type PackedColumns = ArrayBuffer;

const HEADER_WORDS = 4;

/** Copies columns: only their rows, not the capacity of their buffers. */
export function packColumns(columns: readonly ColumnData[]): PackedColumns {
  const arena = new Arena(new ArrayBuffer(columns.reduce((sum, column) => sum + packedSize(column), 0)));
  for (const column of columns) pack(column, arena);
  return arena.memory;
}

/** Views of packed columns, with the declared types. */
export function unpackColumns(
  memory: PackedColumns,
  declared: readonly Pick<Column, "type">[],
): ColumnData[] {
  const arena = new Arena(memory);
  return declared.map(({ type }) => unpack(type, arena));
}

/** Returns consecutive arrays, each at a multiple of 8 bytes. */
class Arena {
  readonly memory: ArrayBuffer;
  #used = 0;

  constructor(memory: ArrayBuffer) {
    this.memory = memory;
  }

  words(length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory, this.#take(length * 4), length);
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory, this.#take(length), length);
  }

  #take(bytes: number): number {
    const from = this.#used;
    this.#used += aligned(bytes);
    return from;
  }
}

function aligned(bytes: number): number {
  return (bytes + 7) & ~7;
}

function packedSize(column: ColumnData): number {
  if (column.kind === "struct") return column.fields.reduce((sum, field) => sum + packedSize(field), 0);
  const { length } = column.validity;
  const head = HEADER_WORDS * 4 + aligned(bitBytes(length));
  if (column.kind === "list") return head + aligned((length + 1) * 4) + packedSize(column.child);
  const values = length - column.validity.nullCount;
  if (column.kind === "utf8") return head + aligned(values * 4) + aligned(column.byteLength);
  return head + aligned(column.kind === "int64" ? values * 8 : values);
}

function pack(column: ColumnData, arena: Arena): void {
  if (column.kind === "struct") {
    for (const field of column.fields) pack(field, arena);
    return;
  }
  const { bits, length, nullCount } = column.validity;
  arena.words(HEADER_WORDS).set([length, nullCount, column.kind === "utf8" ? column.byteLength : 0]);
  arena.bytes(bitBytes(length)).set(bits.subarray(0, bitBytes(length)));
  if (column.kind === "list") {
    arena.words(length + 1).set(column.offsets.subarray(0, length + 1));
    pack(column.child, arena);
  } else {
    const values = length - nullCount;
    if (column.kind === "utf8") arena.words(values).set(column.lengths.subarray(0, values));
    if (column.kind === "int64") arena.words(values * 2).set(column.words.subarray(0, values * 2));
    else {
      const bytes = column.kind === "utf8" ? column.byteLength : values;
      arena.bytes(bytes).set(column.bytes.subarray(0, bytes));
    }
  }
}

function unpack(type: ColumnType, arena: Arena): ColumnData {
  const [length = 0, nullCount = 0, byteLength = 0] = arena.words(HEADER_WORDS);
  const validity: ValidityData = { bits: arena.bytes(bitBytes(length)), length, nullCount };
  const values = length - nullCount;
  if (type === "BIGINT") return { kind: "int64", validity, words: arena.words(values * 2) };
  if (type === "BOOLEAN") return { kind: "boolean", validity, bytes: arena.bytes(values) };
  if (type === "VARCHAR") {
    const lengths = arena.words(values);
    return { kind: "utf8", validity, lengths, bytes: arena.bytes(byteLength), byteLength };
  }
  if (typeof type === "string") throw new TypeError(`no dataset column has the type ${type}`);
  return { kind: "list", validity, offsets: arena.words(length + 1), child: unpackItems(type.array, arena) };
}

function unpackItems(items: ArrayType["array"], arena: Arena): Utf8Data | StructData {
  if (typeof items === "object") {
    return { kind: "struct", fields: items.row.map((field) => unpack(field.type, arena)) };
  }
  const texts = unpack(items, arena);
  if (texts.kind !== "utf8") throw new TypeError("a list has texts or structs");
  return texts;
}

function bitBytes(rows: number): number {
  return (rows + 7) >> 3;
}
