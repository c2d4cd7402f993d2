import type { ColumnData, ListData, ValidityData } from "./column_buffers.ts";

/** Columns whose arrays all stand in one piece of memory, which can be handed to another thread. */
export interface PackedColumns {
  columns: ColumnData[];
  memory: ArrayBuffer;
}

/** Copies columns (their rows only, not what their buffers have room for) into one piece of memory. */
export function packColumns(columns: readonly ColumnData[]): PackedColumns {
  const arena = new Arena(columns.reduce((sum, column) => sum + packedSize(column), 0));
  return { columns: columns.map((column) => pack(column, arena)), memory: arena.memory };
}

/** The piece of memory that packed columns stand in. */
export function memoryOf([first]: readonly ColumnData[]): ArrayBuffer {
  if (first === undefined) throw new TypeError("no column, no memory");
  return first.kind === "struct" ? memoryOf(first.fields) : first.validity.bits.buffer;
}

/** Hands out copies of arrays, one behind the other, each at a multiple of 8 bytes. */
class Arena {
  readonly memory: ArrayBuffer;
  #used = 0;

  constructor(size: number) {
    this.memory = new ArrayBuffer(size);
  }

  words(source: Int32Array, length: number): Int32Array<ArrayBuffer> {
    const copy = new Int32Array(this.memory, this.#used, length);
    copy.set(source.subarray(0, length));
    this.#used += aligned(length * 4);
    return copy;
  }

  bytes(source: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(this.memory, this.#used, length);
    copy.set(source.subarray(0, length));
    this.#used += aligned(length);
    return copy;
  }
}

function aligned(bytes: number): number {
  return (bytes + 7) & ~7;
}

function packedSize(column: ColumnData): number {
  if (column.kind === "struct") return column.fields.reduce((sum, field) => sum + packedSize(field), 0);
  const { length, nullCount } = column.validity;
  const bits = aligned(bitBytes(length));
  if (column.kind === "int64") return bits + aligned((length - nullCount) * 8);
  if (column.kind === "boolean") return bits + aligned(length - nullCount);
  if (column.kind === "utf8") return bits + aligned(column.byteLength);
  return bits + aligned((length + 1) * 4) + packedSize(column.child);
}

function pack(column: ColumnData, arena: Arena): ColumnData {
  if (column.kind === "struct")
    return { kind: "struct", fields: column.fields.map((field) => pack(field, arena)) };
  const validity = packValidity(column.validity, arena);
  const { length, nullCount } = validity;
  if (column.kind === "int64") {
    return { kind: "int64", validity, words: arena.words(column.words, (length - nullCount) * 2) };
  }
  if (column.kind === "boolean") {
    return { kind: "boolean", validity, bytes: arena.bytes(column.bytes, length - nullCount) };
  }
  if (column.kind === "utf8") {
    const { byteLength } = column;
    return { kind: "utf8", validity, bytes: arena.bytes(column.bytes, byteLength), byteLength };
  }
  const offsets = arena.words(column.offsets, length + 1);
  return { kind: "list", validity, offsets, child: pack(column.child, arena) as ListData["child"] };
}

function packValidity({ bits, length, nullCount }: ValidityData, arena: Arena): ValidityData {
  return { bits: arena.bytes(bits, bitBytes(length)), length, nullCount };
}

function bitBytes(rows: number): number {
  return (rows + 7) >> 3;
}
