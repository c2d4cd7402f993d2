import { closeSync, openSync, writeFileSync, writevSync } from "node:fs";
import { oneLine } from "../cli/errors.ts";
import type { Column, ColumnType } from "../datasets/types.ts";
import { totalLength, uint32 } from "./byte_pieces.ts";
import type { BooleanData, ColumnData } from "./column_data.ts";
import { type LeafColumn, LIST_PATH, leafColumns, levelsOf } from "./leaf_columns.ts";
import { type ThriftStruct, type ThriftValue, thriftBytes } from "./thrift_compact.ts";

// Codes of the format (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).
const MAGIC = Buffer.from("PAR1");
const BOOLEAN = 0;
const INT64 = 2;
const BYTE_ARRAY = 6;
const REQUIRED = 0;
const OPTIONAL = 1;
const REPEATED = 2;
const UTF8 = 0;
const LIST = 3;
const PLAIN = 0;
const RLE = 3;
const UNCOMPRESSED = 0;
const DATA_PAGE = 0;

/**
 * A Parquet file with rows in their memory layout (https://parquet.apache.org/docs/file-format/): in each row group a page per
 * column and stretch of rows, PLAIN, uncompressed, without statistics. Quick to write and read but large: input for the encoder.
 */
export class PlainFile {
  readonly path: string;
  readonly #declared: readonly Column[];
  readonly #groups: ThriftStruct[] = [];
  #rows = 0;
  #length = 0;

  /** Creates the file, which must not exist. */
  constructor(path: string, declared: readonly Column[]) {
    this.path = path;
    this.#declared = declared;
    this.#write([MAGIC], "wx");
  }

  /** Its number of rows. */
  get rows(): number {
    return this.#rows;
  }

  /** Its length in bytes. */
  get bytes(): number {
    return this.#length;
  }

  /**
   * Adds rows, at least one, as a row group.
   * @param stretches the columns of some rows, then those of the next ones
   */
  add(stretches: readonly (readonly ColumnData[])[], rows: number): void {
    const pieces: Uint8Array[] = [];
    const chunks: ThriftStruct[] = [];
    const begin = this.#length;
    let offset = begin;
    const [first = [], ...others] = stretches.map((columns) => leafColumns(this.#declared, columns));
    for (const [index, leaf] of first.entries()) {
      const pages = [leaf, ...others.map((leaves) => leaves[index] as LeafColumn)].map(pageOf);
      const chunk = pages.flatMap((page) => page.pieces);
      const size = totalLength(chunk);
      const values = pages.reduce((sum, page) => sum + page.values, 0);
      pieces.push(...chunk);
      chunks.push(columnChunk(leaf, { offset, size, values }));
      offset += size;
    }
    this.#write(pieces);
    this.#groups.push(rowGroup(chunks, this.#length - begin, rows));
    this.#rows += rows;
  }

  /** Completes the file. */
  finish(): void {
    const footer = thriftBytes(fileMetaData(this.#declared, this.#rows, this.#groups));
    this.#write([footer, uint32(footer.length), MAGIC]);
  }

  /** Does not wait for other threads, which would take ten times as long on busy cores. */
  #write(pieces: readonly Uint8Array[], flag = "a"): void {
    const file = openSync(this.path, flag);
    try {
      writeWhole(file, pieces);
    } catch (error) {
      // The system does not name the file.
      throw new Error(`${this.path}: ${oneLine(error)}`, { cause: error });
    } finally {
      closeSync(file);
    }
    this.#length += totalLength(pieces);
  }
}

/** Writes all bytes, with several calls if needed. */
function writeWhole(file: number, pieces: readonly Uint8Array[]): void {
  let written = writevSync(file, pieces);
  for (const piece of pieces) {
    if (written < piece.length) writeFileSync(file, piece.subarray(written));
    written = Math.max(0, written - piece.length);
  }
}

function pageOf(leaf: LeafColumn) {
  const levels = levelsOf(leaf);
  const body = [...levels.pieces, valuesOf(leaf.data)];
  const size: ThriftValue = { i32: totalLength(body) };
  const header = thriftBytes([
    [1, { i32: DATA_PAGE }],
    [2, size],
    [3, size],
    [5, { struct: dataPageHeader(levels.values) }],
  ]);
  return { pieces: [header, ...body], values: levels.values };
}

function dataPageHeader(values: number): ThriftStruct {
  return [
    [1, { i32: values }],
    [2, { i32: PLAIN }],
    [3, { i32: RLE }],
    [4, { i32: RLE }],
  ];
}

/** The non-NULL values in PLAIN encoding. */
function valuesOf(data: LeafColumn["data"]): Uint8Array {
  if (data.kind === "utf8") return data.bytes.subarray(0, data.byteLength);
  if (data.kind === "boolean") return bitsOf(data);
  const { words, validity } = data;
  return new Uint8Array(words.buffer, words.byteOffset, (validity.length - validity.nullCount) * 8);
}

/** One bit per value, the first in the lowest bit. */
function bitsOf({ bytes, validity }: BooleanData): Uint8Array {
  const values = validity.length - validity.nullCount;
  const bits = new Uint8Array((values + 7) >> 3);
  for (let i = 0; i < values; i++)
    bits[i >> 3] = (bits[i >> 3] as number) | ((bytes[i] as number) << (i & 7));
  return bits;
}

const PHYSICAL_TYPES: Record<LeafColumn["data"]["kind"], number> = {
  int64: INT64,
  boolean: BOOLEAN,
  utf8: BYTE_ARRAY,
};

function columnChunk(
  { path, data }: LeafColumn,
  { offset, size, values }: { offset: number; size: number; values: number },
): ThriftStruct {
  const metaData: ThriftStruct = [
    [1, { i32: PHYSICAL_TYPES[data.kind] }],
    [2, { list: [{ i32: PLAIN }, { i32: RLE }] }],
    [3, { list: path.map((text) => ({ text })) }],
    [4, { i32: UNCOMPRESSED }],
    [5, { i64: values }],
    [6, { i64: size }],
    [7, { i64: size }],
    [9, { i64: offset }],
  ];
  return [
    [2, { i64: offset }],
    [3, { struct: metaData }],
  ];
}

function rowGroup(chunks: readonly ThriftStruct[], bytes: number, rows: number): ThriftStruct {
  return [
    [1, { list: chunks.map((struct) => ({ struct })) }],
    [2, { i64: bytes }],
    [3, { i64: rows }],
  ];
}

function fileMetaData(
  declared: readonly Column[],
  rows: number,
  groups: readonly ThriftStruct[],
): ThriftStruct {
  const schema = [
    schemaElement("schema", REQUIRED, { children: declared.length }),
    ...declared.flatMap((column) => schemaElements(column)),
  ];
  return [
    [1, { i32: 1 }],
    [2, { list: schema.map((struct) => ({ struct })) }],
    [3, { i64: rows }],
    [4, { list: groups.map((struct) => ({ struct })) }],
  ];
}

function schemaElements({ name, type }: { name: string; type: ColumnType }): ThriftStruct[] {
  if (typeof type === "string") return [valueElement(name, type)];
  const [list, element] = LIST_PATH;
  const lists = [
    schemaElement(name, OPTIONAL, { children: 1, convertedType: LIST }),
    schemaElement(list, REPEATED, { children: 1 }),
  ];
  if (type.array === "VARCHAR") return [...lists, valueElement(element, "VARCHAR")];
  const fields = type.array.row.flatMap(schemaElements);
  return [...lists, schemaElement(element, REQUIRED, { children: fields.length }), ...fields];
}

function valueElement(name: string, type: ColumnType): ThriftStruct {
  if (type === "BIGINT") return schemaElement(name, OPTIONAL, { type: INT64 });
  if (type === "VARCHAR") return schemaElement(name, OPTIONAL, { type: BYTE_ARRAY, convertedType: UTF8 });
  if (type === "BOOLEAN") return schemaElement(name, OPTIONAL, { type: BOOLEAN });
  throw new TypeError(`${name}: no dataset column has the type ${JSON.stringify(type)}`);
}

function schemaElement(
  name: string,
  repetition: number,
  { type, children, convertedType }: { type?: number; children?: number; convertedType?: number },
): ThriftStruct {
  return [
    ...field(1, type),
    [3, { i32: repetition }],
    [4, { text: name }],
    ...field(5, children),
    ...field(6, convertedType),
  ];
}

function field(number: number, value: number | undefined): ThriftStruct {
  return value === undefined ? [] : [[number, { i32: value }]];
}
