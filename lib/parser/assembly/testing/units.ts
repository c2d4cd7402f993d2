// What the tests of single functions call: `lib/parser/assembly.test.ts` compiles it.
import { allocate } from "../memory";
import {
  bracketEnd,
  parseDatePart,
  parseDuration,
  parsedNumber,
  parseNumber,
  plainEnd,
  roleEnd,
} from "../parsers";
import { readReference, referenceEnd, writeUtf8 } from "../references";
import { trimmedEnd, trimmedStart } from "../trim";

export {
  allocate,
  bracketEnd,
  parseDatePart,
  parseDuration,
  parseNumber,
  plainEnd,
  readReference,
  roleEnd,
  trimmedEnd,
  trimmedStart,
  writeUtf8,
};

/** The number that was read last. */
export function lastNumber(): i64 {
  return parsedNumber;
}

/** Where the reference ends that was read last. */
export function lastReferenceEnd(): usize {
  return referenceEnd;
}
