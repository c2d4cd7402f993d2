import { allocate } from "./memory";
import { FIELD_BYTES, Item, Scope, SEVERAL, Value } from "./structs";
import { Trims } from "./trims";
import { WordList } from "./words";

const FIRST_CHUNK: usize = 1 << 16;

// The tape is one chunk of memory. When it is full, a larger chunk is added and kept.
let chunk: usize = 0;
let chunkEnd: usize = 0;
let at: usize = 0;
let recordBytes: usize = 0;

/** Sets the size of a record without items. */
export function startTape(bytes: usize): void {
  recordBytes = bytes;
}

function nextChunk(needed: usize): void {
  const size = max(needed, max(FIRST_CHUNK, (chunkEnd - chunk) * 2));
  chunk = allocate(size);
  chunkEnd = chunk + size;
  at = chunk;
}

/**
 * The kept values of some records: each record itself, its items and theirs, each followed by its fields. A
 * field holds the bytes of one trimmed value, or the first and last of several values or items.
 */
export class Tape {
  /** The current record; it has fields like an item. */
  static record: usize = 0;
  /** Number of records begun so far. */
  private static begun: u32 = 0;
  /** The complete records. */
  static readonly records: WordList = new WordList();

  /** Discards all records. */
  static clear(): void {
    at = chunk;
    Tape.records.length = 0;
    Trims.clear();
  }

  /** Begins the next record. Until it is ended, it does not count. */
  @inline
  static begin(): void {
    Tape.record = Tape.take(recordBytes);
    const record = Tape.item(Tape.record);
    record.record = record;
    record.ordinal = ++Tape.begun;
  }

  /** Ends the current record, which is complete. */
  @inline
  static end(): void {
    Tape.records.push(Tape.record);
    Trims.endRecord();
  }

  /** Allocates zeroed memory; up to 15 bytes after it are zeroed too. */
  @inline
  static take(bytes: usize): usize {
    if (at + bytes > chunkEnd) nextChunk(bytes);
    const taken = at;
    at += bytes;
    for (let i: usize = 0; i < bytes; i += 16) v128.store(taken + i, i64x2.splat(0));
    return taken;
  }

  @inline
  static item(place: usize): Item {
    return changetype<Item>(place);
  }

  /** The record that contains an item. */
  @inline
  static recordOf(place: usize): usize {
    return changetype<usize>(Tape.item(place).record);
  }

  @inline
  static first(list: usize): usize {
    return load<u32>(list);
  }

  @inline
  static last(list: usize): usize {
    return load<u32>(list + 4);
  }

  /** Adds an item to another item or to the record. */
  @inline
  static add(scope: Scope, parent: usize): usize {
    const item = Tape.take(scope.bytes);
    const added = Tape.item(item);
    added.record = changetype<Item>(Tape.record);
    added.parent = changetype<Item>(parent);
    added.number = scope.number;
    const list = parent + scope.list;
    const last = Tape.last(list);
    if (last === 0) store<u32>(list, <u32>item);
    else Tape.item(last).next = added;
    added.ordinal = last === 0 ? 1 : Tape.item(last).ordinal + 1;
    store<u32>(list + 4, <u32>item);
    if (scope.group !== 0) addToGroup(added, Tape.record + scope.group);
    return item;
  }

  /** Keeps a value in a field of an item. A field for a single value keeps the first. */
  @inline
  static keep(item: usize, field: u32, start: usize, end: usize): void {
    if ((field & SEVERAL) !== 0) addValue(item + field - SEVERAL, start, end);
    else if (load<u32>(item + field) === 0) {
      store<u32>(item + field, <u32>start);
      store<u32>(item + field + 4, <u32>end);
    }
  }
}

function addToGroup(item: Item, group: usize): void {
  const place = <u32>changetype<usize>(item);
  const last = Tape.last(group);
  if (last === 0) store<u32>(group, place);
  else Tape.item(last).nextInGroup = item;
  store<u32>(group + 4, place);
  const count = load<u32>(group + FIELD_BYTES) + 1;
  store<u32>(group + FIELD_BYTES, count);
  item.groupOrdinal = count;
}

function addValue(list: usize, start: usize, end: usize): void {
  const value = Tape.take(offsetof<Value>());
  const added = changetype<Value>(value);
  added.start = start;
  added.end = end;
  const last = Tape.last(list);
  if (last === 0) store<u32>(list, <u32>value);
  else changetype<Value>(last).next = added;
  store<u32>(list + 4, <u32>value);
}
