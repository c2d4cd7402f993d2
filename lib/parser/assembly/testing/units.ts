// Exports for the unit tests in `lib/parser/assembly.test.ts`, which compiles this file.
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

/** The number that was parsed last. */
export function lastNumber(): i64 {
  return parsedNumber;
}

/** End of the reference that was read last. */
export function lastReferenceEnd(): usize {
  return referenceEnd;
}
