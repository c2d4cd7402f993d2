import { type CollectionColumn, collection, type JsonPath, type JsonSource } from "../datasets/collection.ts";
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "../json/json_text.ts";
import { columnBuffers, Int64Buffers, Utf8Buffers } from "../parquet/column_buffers.ts";
import type { RowBuffers } from "../parser/row_rules.ts";
import { trimText } from "../parser/text.ts";
import { decimalId } from "./decimal_id.ts";

/** Converts items of collection pages to rows. */
export interface CollectionRows {
  readonly buffers: CollectionBuffers;
  /** Adds a row, and returns its instance_id. */
  append(item: JsonObject): bigint | undefined;
  /** Clears the rows but keeps the memory. */
  clear(): void;
}

/** Every item yields a row. */
type CollectionBuffers = Omit<RowBuffers, "items">;
type Value = bigint | string | undefined;

/** Creates a converter for the collection from its declaration. */
export function createCollectionRows(): CollectionRows {
  const columns = collection.columns.map(({ type }) => columnBuffers(type));
  const buffers: CollectionBuffers = { columns, rows: 0, counts: new Map() };
  return {
    buffers,
    append(item) {
      let instanceId: bigint | undefined;
      for (const [index, column] of collection.columns.entries()) {
        const value = readColumn(column.source, item);
        if (column.name === "instance_id" && typeof value === "bigint") instanceId = value;
        appendValue(columns[index], value);
        if (value === undefined && collection.counted.includes(column.name)) count(buffers, column);
      }
      buffers.rows++;
      return instanceId;
    },
    clear() {
      for (const column of columns) column.clear();
      buffers.rows = 0;
      buffers.counts.clear();
    },
  };
}

function count({ counts }: CollectionBuffers, { name }: CollectionColumn): void {
  counts.set(`null_${name}`, (counts.get(`null_${name}`) ?? 0) + 1);
}

function appendValue(target: unknown, value: Value): void {
  if (!(target instanceof Int64Buffers || target instanceof Utf8Buffers)) {
    throw new TypeError("a collection has only numbers and texts");
  }
  if (value === undefined) target.appendNull();
  else if (target instanceof Int64Buffers && typeof value === "bigint") {
    target.append(Number(BigInt.asIntN(32, value)), Number(value >> 32n));
  } else if (target instanceof Utf8Buffers && typeof value === "string") target.append(value);
  else throw new TypeError(`${value} does not fit a ${target.kind} column`);
}

function readColumn(source: JsonSource, item: JsonObject): Value {
  if (source.kind === "names") return namesOf(at(item, source.path), source.separator);
  if (source.kind === "fields") return fieldsOf(at(item, source.path), source.separator);
  if (source.kind === "field") return fieldOf(at(item, source.path), source.field);
  if (source.kind === "text") return firstOf(source.paths, (path) => textOf(at(item, path)));
  return firstOf(source.paths, (path) => {
    const number = numberOf(at(item, path));
    const other = path === source.otherThan?.path ? columnValue(source.otherThan.column, item) : undefined;
    return number === other ? undefined : number;
  });
}

function columnValue(name: string, item: JsonObject): Value {
  const column = collection.columns.find((candidate) => candidate.name === name);
  return column === undefined ? undefined : readColumn(column.source, item);
}

function firstOf<T>(paths: readonly JsonPath[], read: (path: JsonPath) => T | undefined): T | undefined {
  for (const path of paths) {
    const value = read(path);
    if (value !== undefined) return value;
  }
  return undefined;
}

function at(item: JsonObject, path: JsonPath): JsonValue | undefined {
  let value: JsonValue | undefined = item;
  for (const name of path.split("/")) value = isJsonObject(value) ? value.get(name) : undefined;
  return value;
}

/** A text by the contract's rules: trimmed, undefined if empty. A number becomes its digits. */
function textOf(value: JsonValue | undefined): string | undefined {
  const text = isJsonNumber(value) ? value.digits : value;
  return typeof text === "string" ? trimText(text) || undefined : undefined;
}

/** A number by the contract's rules: decimal digits within 64 bits, as a number or a string. */
function numberOf(value: JsonValue | undefined): bigint | undefined {
  return decimalId(textOf(value) ?? "");
}

function namesOf(list: JsonValue | undefined, separator: string): string | undefined {
  if (!isJsonArray(list)) return undefined;
  const names = list.map((entry) => textOf(isJsonObject(entry) ? entry.get("name") : entry));
  return names.filter((name) => name !== undefined).join(separator) || undefined;
}

/** The user-defined fields that have a value, each with its number. */
function fieldsOf(list: JsonValue | undefined, separator: string): string | undefined {
  if (!isJsonArray(list)) return textOf(list);
  const texts = list.map((entry) => {
    if (!isJsonObject(entry)) return textOf(entry);
    const [id, value] = [textOf(entry.get("field_id")), textOf(entry.get("value"))];
    return id === undefined || value === undefined ? value : `${id}: ${value}`;
  });
  return texts.filter((text) => text !== undefined).join(separator) || undefined;
}

function fieldOf(list: JsonValue | undefined, field: number): string | undefined {
  if (!isJsonArray(list)) return undefined;
  const entries = list
    .filter(isJsonObject)
    .filter((entry) => textOf(entry.get("field_id")) === String(field));
  return entries.map((entry) => textOf(entry.get("value"))).find((value) => value !== undefined);
}
