import type { ExtractedDataset, MissingRule, RowRule, Source } from "../datasets/declaration.ts";
import { type Layout, nodeSlot, type SlotRef, slotRef } from "../dump/layout.ts";
import { NONE, type Tape } from "../dump/tape.ts";
import {
  type ColumnBuffers,
  columnBuffers,
  Int64Buffers,
  ListBuffers,
  StructBuffers,
  sourceOf,
  Utf8Buffers,
} from "../parquet/column_buffers.ts";
import { parseDecimalId, type Words } from "./decimal_id.ts";

/** Rows of one dataset that a stretch of the dump gave, and what was counted on the way. */
export interface RowBuffers {
  columns: readonly ColumnBuffers[];
  rows: number;
  /** How often each rule for missing values applied, by its reason. */
  counts: Map<string, number>;
}

/** Turns records on the tape into rows of one dataset. */
export interface RowMaker {
  readonly buffers: RowBuffers;
  /** Appends the rows of the record on the tape. */
  append(tape: Tape): void;
  /** Forgets the rows, keeping the memory. */
  clear(): void;
}

/** Appends one column's value for the row of `item` (NONE = the record itself). */
type Appender = (tape: Tape, item: number) => void;
type IsMissing = (tape: Tape, item: number) => boolean;

/** Compiles a dataset's declaration to a row maker for tapes of this layout. */
export function createRowMaker(dataset: ExtractedDataset, layout: Layout): RowMaker {
  const columns = dataset.columns.map((column) => columnBuffers(column.type));
  const buffers: RowBuffers = { columns, rows: 0, counts: noCounts(dataset) };
  const rules = dataset.rows.map((rule) => compileRule(dataset, rule, layout, buffers));
  return {
    buffers,
    append(tape) {
      for (const rule of rules) rule(tape);
    },
    clear() {
      for (const column of columns) column.clear();
      buffers.rows = 0;
      buffers.counts = noCounts(dataset);
    },
  };
}

/** Every reason that the dataset declares, none counted yet. */
export function noCounts(dataset: ExtractedDataset): Map<string, number> {
  return new Map(dataset.missing.map(({ reason }) => [reason, 0]));
}

function compileRule(dataset: ExtractedDataset, rule: RowRule, layout: Layout, buffers: RowBuffers) {
  const appenders = rule.sources.map((source, index) =>
    compileSource(source, rule.each, layout, buffers.columns[index] as ColumnBuffers),
  );
  const tests = dataset.missing.map((missing) => ({
    missing,
    applies: missingRule(dataset, rule, missing, layout),
  }));
  const isWanted = (tape: Tape, item: number) => {
    for (const { missing, applies } of tests) {
      if (!applies(tape, item)) continue;
      buffers.counts.set(missing.reason, (buffers.counts.get(missing.reason) ?? 0) + 1);
      if (missing.action !== "keep") return false;
    }
    return true;
  };
  const appendRow = (tape: Tape, item: number) => {
    if (!isWanted(tape, item)) return;
    for (const append of appenders) append(tape, item);
    buffers.rows++;
  };
  if (rule.each === ".") return (tape: Tape) => appendRow(tape, NONE);
  const items = nodeSlot(layout, rule.each);
  return (tape: Tape) => {
    for (let item = tape.first(items); item !== NONE; item = tape.next[item] as number) appendRow(tape, item);
  };
}

function missingRule(
  dataset: ExtractedDataset,
  rule: RowRule,
  { column }: MissingRule,
  layout: Layout,
): IsMissing {
  const source = rule.sources[dataset.columns.findIndex(({ name }) => name === column)];
  if (source === undefined) throw new TypeError(`${dataset.directory} has no column ${column}`);
  return isMissing(source, rule.each, layout);
}

/** Whether a source gives NULL, without appending it. */
function isMissing(source: Source, each: string, layout: Layout): IsMissing {
  if (source.kind === "text") {
    const place = slotRef(layout, each, source.path);
    return (tape, item) => tape.isNull(entryAt(tape, item, place));
  }
  if (source.kind === "id") {
    const read = idReader(idPlaces(source, each, layout), source.zeroIsNull);
    return (tape, item) => !read(tape, item);
  }
  throw new TypeError(`only a text or an id can be looked at alone, not a ${source.kind}`);
}

function idPlaces(source: Source & { kind: "id" }, each: string, layout: Layout): SlotRef[] {
  return source.paths.map((path) => slotRef(layout, each, path));
}

function compileSource(source: Source, each: string, layout: Layout, target: ColumnBuffers): Appender {
  if (source.kind === "id" && target instanceof Int64Buffers) return appendId(source, each, layout, target);
  if (source.kind === "text" && target instanceof Utf8Buffers) {
    return appendText(slotRef(layout, each, source.path), target);
  }
  if (source.kind === "joined" && target instanceof Utf8Buffers) {
    return appendJoined(slotRef(layout, each, source.path), source.separator, target);
  }
  if (source.kind === "flat" && target instanceof Utf8Buffers) return appendFlat(source, layout, target);
  if (source.kind === "list" && target instanceof ListBuffers) {
    return appendList(slotRef(layout, each, source.path), target);
  }
  if (source.kind === "refs" && target instanceof ListBuffers) return appendRefs(source, layout, target);
  throw new TypeError(`a ${source.kind} source does not fit a ${target.kind} column`);
}

/** The first entry at a place, as seen from an item; NONE when there is none. */
function entryAt(tape: Tape, item: number, place: SlotRef): number {
  return place.isInItem ? tape.within(item, place.slot) : tape.first(place.slot);
}

/** Reads the first of some places that holds a number; the number is then in `words`. */
function idReader(places: readonly SlotRef[], zeroIsNull: boolean, words: Words = { low: 0, high: 0 }) {
  return (tape: Tape, item: number): boolean => {
    for (const place of places) {
      const entry = entryAt(tape, item, place);
      if (tape.isNull(entry)) continue;
      const found = parseDecimalId(tape.bytes, tape.start[entry] as number, tape.end[entry] as number, words);
      if (found) return !(zeroIsNull && words.low === 0 && words.high === 0);
    }
    return false;
  };
}

function appendId(
  source: Source & { kind: "id" },
  each: string,
  layout: Layout,
  target: Int64Buffers,
): Appender {
  const words: Words = { low: 0, high: 0 };
  const read = idReader(idPlaces(source, each, layout), source.zeroIsNull, words);
  return (tape, item) => {
    if (read(tape, item)) target.append(words.low, words.high);
    else target.appendNull();
  };
}

function appendText(place: SlotRef, target: Utf8Buffers): Appender {
  return (tape, item) => {
    const entry = entryAt(tape, item, place);
    if (tape.isNull(entry)) target.appendNull();
    else target.append(tape, tape.start[entry] as number, tape.end[entry] as number);
  };
}

function appendJoined({ slot }: SlotRef, separator: string, target: Utf8Buffers): Appender {
  const between = sourceOf(separator);
  return (tape) => {
    const { start, end, next } = tape;
    for (let entry = tape.first(slot); entry !== NONE; entry = next[entry] as number) {
      if (start[entry] === end[entry]) continue;
      if (target.isBegun) target.push(between, 0, between.length);
      target.push(tape, start[entry] as number, end[entry] as number);
    }
    endText(target);
  };
}

function appendList({ slot }: SlotRef, target: ListBuffers): Appender {
  const { child } = target;
  if (!(child instanceof Utf8Buffers)) throw new TypeError("a list of texts needs a list column of strings");
  return (tape) => {
    const { start, end, next } = tape;
    for (let entry = tape.first(slot); entry !== NONE; entry = next[entry] as number) {
      if (start[entry] !== end[entry]) child.append(tape, start[entry] as number, end[entry] as number);
    }
    target.end();
  };
}

function appendFlat(source: Source & { kind: "flat" }, layout: Layout, target: Utf8Buffers): Appender {
  const items = nodeSlot(layout, source.each);
  const separator = sourceOf(source.separator);
  const between = sourceOf(source.between);
  const pieces = source.pieces.map(({ paths, prefix = "", suffix = "" }) => ({
    places: paths.map((path) => slotRef(layout, source.each, path)),
    prefix: sourceOf(prefix),
    /** The item as a whole is trimmed: a prefix that begins it loses its blank. */
    leadingPrefix: sourceOf(prefix.trimStart()),
    suffix: sourceOf(suffix),
  }));
  const pushAll = (text: ReturnType<typeof sourceOf>) => target.push(text, 0, text.length);
  return (tape) => {
    for (let item = tape.first(items); item !== NONE; item = tape.next[item] as number) {
      let isFirst = true;
      for (const piece of pieces) {
        const entry = firstValue(piece.places, tape, item);
        if (entry === NONE) continue;
        if (!isFirst) pushAll(between);
        else if (target.isBegun) pushAll(separator);
        pushAll(isFirst ? piece.leadingPrefix : piece.prefix);
        target.push(tape, tape.start[entry] as number, tape.end[entry] as number);
        pushAll(piece.suffix);
        isFirst = false;
      }
    }
    endText(target);
  };
}

function firstValue(places: readonly SlotRef[], tape: Tape, item: number): number {
  for (const place of places) {
    const entry = entryAt(tape, item, place);
    if (!tape.isNull(entry)) return entry;
  }
  return NONE;
}

function endText(target: Utf8Buffers): void {
  if (target.isBegun) target.end();
  else target.appendNull();
}

function appendRefs(source: Source & { kind: "refs" }, layout: Layout, target: ListBuffers): Appender {
  const { child } = target;
  if (!(child instanceof StructBuffers)) throw new TypeError("refs need a list column of structs");
  const items = nodeSlot(layout, source.each);
  const fields = source.fields.map((field, index) => ({
    append: compileSource(field.source, source.each, layout, child.fields[index] as ColumnBuffers),
    isMissing: isMissing(field.source, source.each, layout),
  }));
  return (tape) => {
    for (let item = tape.first(items); item !== NONE; item = tape.next[item] as number) {
      if (fields.every((field) => field.isMissing(tape, item))) continue;
      for (const field of fields) field.append(tape, item);
    }
    target.end();
  };
}
