/** A value of a Thrift struct, with its type on the wire. */
export type ThriftValue =
  | { i32: number }
  | { i64: number }
  | { text: string }
  | { struct: ThriftStruct }
  | { list: readonly ThriftValue[] };

/** The fields of a struct by number, in ascending order. */
export type ThriftStruct = readonly (readonly [field: number, value: ThriftValue])[];

/** A struct in Thrift's compact protocol (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). */
export function thriftBytes(struct: ThriftStruct): Buffer {
  const bytes: number[] = [];
  pushStruct(bytes, struct);
  return Buffer.from(bytes);
}

/** Appends a non-negative integer, seven bits per byte, lowest first. */
export function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
}

function pushStruct(bytes: number[], struct: ThriftStruct): void {
  let last = 0;
  for (const [field, value] of struct) {
    if (field <= last || field - last > 15) throw new TypeError(`field ${field} cannot follow field ${last}`);
    bytes.push(((field - last) << 4) | typeCode(value));
    pushValue(bytes, value);
    last = field;
  }
  bytes.push(0);
}

function typeCode(value: ThriftValue): number {
  if ("i32" in value) return 5;
  if ("i64" in value) return 6;
  if ("text" in value) return 8;
  return "list" in value ? 9 : 12;
}

function pushValue(bytes: number[], value: ThriftValue): void {
  if ("struct" in value) pushStruct(bytes, value.struct);
  else if ("list" in value) pushList(bytes, value.list);
  else if ("text" in value) {
    const text = Buffer.from(value.text);
    pushVarint(bytes, text.length);
    bytes.push(...text);
  } else {
    const number = "i32" in value ? value.i32 : value.i64;
    if (!Number.isSafeInteger(number * 2) || number < 0)
      throw new TypeError(`${number} is not a size or a code`);
    // Zigzag: the lowest bit is the sign.
    pushVarint(bytes, number * 2);
  }
}

function pushList(bytes: number[], items: readonly ThriftValue[]): void {
  const [first] = items;
  const code = first === undefined ? 0 : typeCode(first);
  if (items.length < 15) bytes.push((items.length << 4) | code);
  else {
    bytes.push(0xf0 | code);
    pushVarint(bytes, items.length);
  }
  for (const item of items) pushValue(bytes, item);
}
