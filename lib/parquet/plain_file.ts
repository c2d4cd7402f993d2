import { closeSync, openSync, writeFileSync, writevSync } from "node:fs";
import { oneLine } from "../cli/errors.ts";
import type { Column, ColumnType } from "../datasets/types.ts";
import { totalLength, uint32 } from "./byte_pieces.ts";
import type { BooleanData, ColumnData, ValidityData } from "./column_data.ts";
import { type LeafColumn, type LeafRows, LIST_PATH, leafColumns, levelsOf } from "./leaf_columns.ts";
import { DeltaMemory, packedLengths } from "./text_lengths.ts";
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
const DELTA_LENGTH_BYTE_ARRAY = 6;
const UNCOMPRESSED = 0;
const DATA_PAGE = 0;

/**
 * A Parquet file with rows in their memory layout (https://parquet.apache.org/docs/file-format/): in each row group one page per
 * column, uncompressed, without statistics; numbers and booleans PLAIN, texts with their lengths in front, because DuckDB checks
 * the UTF-8 of such texts all at once. Quick to write and read but large: input for the encoder.
 */
export class PlainFile {
  readonly path: string;
  readonly #declared: readonly Column[];
  readonly #leaves: readonly LeafColumn[];
  readonly #groups: ThriftStruct[] = [];
  readonly #deltas = new DeltaMemory();
  #rows = 0;
  #length = 0;

  /** Creates the file, which must not exist. */
  constructor(path: string, declared: readonly Column[]) {
    this.path = path;
    this.#declared = declared;
    this.#leaves = leafColumns(declared);
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
    this.#deltas.clear();
    for (const leaf of this.#leaves) {
      const leafRows = stretches.map((columns) => leaf.rowsIn(columns));
      const { kind, pieces: page, values } = pageOf(leafRows, this.#deltas);
      const size = totalLength(page);
      pieces.push(...page);
      chunks.push(columnChunk(leaf, kind, { offset, size, values }));
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

/** One page with the rows of all stretches of a column. */
function pageOf(stretches: readonly LeafRows[], deltas: DeltaMemory) {
  const levels = levelsOf(stretches);
  const columns = stretches.map(({ data }) => data);
  const [{ kind }] = columns as [LeafRows["data"]];
  const body = [...levels.pieces, ...valuesOf(columns, deltas)];
  const size: ThriftValue = { i32: totalLength(body) };
  const header = thriftBytes([
    [1, { i32: DATA_PAGE }],
    [2, size],
    [3, size],
    [5, { struct: dataPageHeader(kind, levels.values) }],
  ]);
  return { kind, pieces: [header, ...body], values: levels.values };
}

function dataPageHeader(kind: Kind, values: number): ThriftStruct {
  return [
    [1, { i32: values }],
    [2, { i32: ENCODINGS[kind] }],
    [3, { i32: RLE }],
    [4, { i32: RLE }],
  ];
}

/** The encoded values that are not NULL. */
function valuesOf(stretches: readonly LeafRows["data"][], deltas: DeltaMemory): Uint8Array[] {
  const flags = stretches.filter((data) => data.kind === "boolean");
  if (flags.length > 0) return [bitsOf(flags)];
  const texts = stretches.filter((data) => data.kind === "utf8");
  const lengths = texts.map((data) => data.lengths.subarray(0, valueCount(data.validity)));
  return [...(texts.length > 0 ? packedLengths(lengths, deltas) : []), ...stretches.map(bytesOf)];
}

function bytesOf(data: LeafRows["data"]): Uint8Array {
  if (data.kind === "utf8") return data.bytes.subarray(0, data.byteLength);
  if (data.kind === "boolean") throw new TypeError("booleans are bits, not bytes");
  const { words, validity } = data;
  return new Uint8Array(words.buffer, words.byteOffset, valueCount(validity) * 8);
}

/** One bit per value, the first in the lowest bit. */
function bitsOf(stretches: readonly BooleanData[]): Uint8Array {
  const values = stretches.reduce((sum, { validity }) => sum + valueCount(validity), 0);
  const bits = new Uint8Array((values + 7) >> 3);
  let at = 0;
  for (const { bytes, validity } of stretches) {
    for (let i = 0; i < valueCount(validity); i++, at++)
      bits[at >> 3] = (bits[at >> 3] as number) | ((bytes[i] as number) << (at & 7));
  }
  return bits;
}

function valueCount({ length, nullCount }: ValidityData): number {
  return length - nullCount;
}

type Kind = LeafRows["data"]["kind"];

const PHYSICAL_TYPES: Record<Kind, number> = { int64: INT64, boolean: BOOLEAN, utf8: BYTE_ARRAY };
const ENCODINGS: Record<Kind, number> = { int64: PLAIN, boolean: PLAIN, utf8: DELTA_LENGTH_BYTE_ARRAY };

function columnChunk(
  { path }: LeafColumn,
  kind: Kind,
  { offset, size, values }: { offset: number; size: number; values: number },
): ThriftStruct {
  const metaData: ThriftStruct = [
    [1, { i32: PHYSICAL_TYPES[kind] }],
    [2, { list: [{ i32: ENCODINGS[kind] }, { i32: RLE }] }],
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
