import {
  type Data,
  DataType,
  Field,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Utf8,
} from "apache-arrow";
import type { Column, ColumnType } from "../datasets/types.ts";
import type { ColumnBuffers, Validity } from "./column_buffers.ts";

/** The Arrow schema of a dataset. Mandatory columns are required, all others may be NULL. */
export function arrowSchema(columns: readonly Column[]): Schema {
  return new Schema(
    columns.map(({ name, type, mandatory }) => new Field(name, arrowType(type), mandatory !== true)),
  );
}

/** The buffers of all columns as an Arrow table of one batch. The table shares the buffers' memory. */
export function arrowTable(schema: Schema, columns: readonly ColumnBuffers[], rows: number): Table {
  const children = columns.map((buffers, index) =>
    arrowData(schema.fields[index]?.type as DataType, buffers),
  );
  const struct = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
  return new Table([new RecordBatch(schema, struct)]);
}

function arrowType(type: ColumnType): DataType {
  if (type === "BIGINT") return new Int64();
  if (type === "VARCHAR") return new Utf8();
  if (typeof type === "string") throw new TypeError(`no dataset column has the type ${type}`);
  const item =
    type.array === "VARCHAR"
      ? new Utf8()
      : new Struct(type.array.row.map((field) => new Field(field.name, arrowType(field.type), true)));
  return new List(new Field("element", item, true));
}

function arrowData(type: DataType, buffers: ColumnBuffers): Data {
  const { length } = buffers;
  if (DataType.isInt(type) && buffers.kind === "int64") {
    return makeData({
      type: new Int64(),
      length,
      ...nulls(buffers.validity),
      data: int64Values(buffers.words, length),
    });
  }
  if (DataType.isUtf8(type) && buffers.kind === "utf8") {
    const data = buffers.bytes.subarray(0, buffers.byteLength);
    return makeData({ type, length, ...nulls(buffers.validity), valueOffsets: offsets(buffers), data });
  }
  if (DataType.isList(type) && buffers.kind === "list") {
    const child = arrowData(type.children[0]?.type as DataType, buffers.child);
    return makeData({ type, length, ...nulls(buffers.validity), valueOffsets: offsets(buffers), child });
  }
  if (DataType.isStruct(type) && buffers.kind === "struct") {
    const children = buffers.fields.map((field, index) =>
      arrowData(type.children[index]?.type as DataType, field),
    );
    return makeData({ type, length, nullCount: 0, children });
  }
  throw new TypeError(`a ${buffers.kind} column does not fit the Arrow type ${type}`);
}

function nulls({ bits, nullCount, length }: Validity) {
  return { nullCount, nullBitmap: bits.subarray(0, (length + 7) >> 3) };
}

function offsets(buffers: { offsets: Int32Array; length: number }): Int32Array {
  return buffers.offsets.subarray(0, buffers.length + 1);
}

function int64Values(words: Int32Array<ArrayBuffer>, length: number): BigInt64Array {
  return new BigInt64Array(words.buffer, words.byteOffset, length);
}
