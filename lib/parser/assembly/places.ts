import { IN_RECORD, ITEMS, Item, Place, SEVERAL, Value } from "./structs";
import { Tape } from "./tape";

const WORD = sizeof<usize>();

/** Start of the value that was looked up last, if there was one. */
export let foundStart: usize = 0;
/** End of the value that was looked up last. */
export let foundEnd: usize = 0;

/** Consecutive places in memory. */
export class Words {
  @inline
  static at(list: usize, index: u32): usize {
    return load<usize>(list + <usize>index * WORD);
  }
}

/** Looks up values relative to an item. */
export class Lookup {
  /** The item that a place is relative to. */
  @inline
  static outer(up: i32, item: usize): usize {
    if (up === 0) return item;
    return up === IN_RECORD ? Tape.recordOf(item) : ancestor(item, up);
  }

  /** Finds the first value at a place, in the first of several items; false if it is NULL. */
  @inline
  static value(place: Place, item: usize): bool {
    let at = Lookup.outer(place.up, item);
    if (place.down !== 0) at = firstBelow(place.down, at);
    if (at === 0) return false;
    const field = place.field;
    if ((field & SEVERAL) === 0) return Lookup.ownValue(field, at);
    at = Tape.first(at + field - SEVERAL);
    if (at === 0) return false;
    foundStart = changetype<Value>(at).start;
    foundEnd = changetype<Value>(at).end;
    return foundStart !== foundEnd;
  }

  /** Finds the value in a field of the item itself, which holds one; false if it is NULL. */
  @inline
  static ownValue(field: u32, item: usize): bool {
    foundStart = load<u32>(item + field);
    foundEnd = load<u32>(item + field + 4);
    return foundStart !== foundEnd;
  }

  /** Finds the first non-NULL value at several places; false if all are NULL. */
  @inline
  static firstValue(places: usize, count: u32, item: usize): bool {
    for (let i: u32 = 0; i < count; i++) {
      if (Lookup.value(changetype<Place>(Words.at(places, i)), item)) return true;
    }
    return false;
  }
}

function ancestor(item: usize, up: i32): usize {
  let at = item;
  for (let i = 0; i < up; i++) at = changetype<usize>(Tape.item(at).parent);
  return at;
}

/** First of the items that a list of fields leads to; 0 if there is none. */
function firstBelow(fields: usize, from: usize): usize {
  let at = from;
  for (let list = fields; load<usize>(list) !== 0 && at !== 0; list += WORD)
    at = Tape.first(at + load<usize>(list));
  return at;
}

/** Whether any of several places has an item or a non-NULL value. */
export function hasOne(places: usize, count: u32, item: usize): bool {
  for (let i: u32 = 0; i < count; i++) {
    const place = changetype<Place>(Words.at(places, i));
    if ((place.field & ITEMS) === 0) {
      if (Lookup.value(place, item)) return true;
    } else if (nextItem(place, item, 0) !== 0) return true;
  }
  return false;
}

/**
 * Next of the items that a place leads to, in document order; `before` is the previous one, 0 at the start.
 */
export function nextItem(place: Place, from: usize, before: usize): usize {
  if (before === 0) return firstDeep(place.down, place.field - ITEMS, Lookup.outer(place.up, from));
  const next = changetype<usize>(Tape.item(before).next);
  return next !== 0 || place.down === 0 ? next : nextDeep(place, before);
}

/** First item that the fields lead to from the items in `list`, some of which may have none. */
function firstDeep(fields: usize, list: usize, from: usize): usize {
  if (fields === 0 || load<usize>(fields) === 0) return Tape.first(from + list);
  for (
    let at = Tape.first(from + load<usize>(fields));
    at !== 0;
    at = changetype<usize>(Tape.item(at).next)
  ) {
    const found = firstDeep(fields + WORD, list, at);
    if (found !== 0) return found;
  }
  return 0;
}

/** First item of the next outer item that has any. */
function nextDeep(place: Place, before: usize): usize {
  let levels = 0;
  while (load<usize>(place.down + <usize>levels * WORD) !== 0) levels++;
  let at = before;
  for (let level = levels - 1; level >= 0; level--) {
    at = changetype<usize>(changetype<Item>(at).parent);
    for (
      let next = changetype<usize>(Tape.item(at).next);
      next !== 0;
      next = changetype<usize>(Tape.item(next).next)
    ) {
      const found = firstDeep(place.down + (<usize>level + 1) * WORD, place.field - ITEMS, next);
      if (found !== 0) return found;
    }
  }
  return 0;
}
