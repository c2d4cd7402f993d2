import { ExpectedError } from "../../cli/errors.ts";

/** `YYYY-MM-DD[ HH:MM:SS[.ffffff]]`, in UTC if there is a zone. */
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?(?: ?(?:UTC|Z|\+00(?::00)?))?$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;
const SECOND = 1_000_000n;

/**
 * Microseconds since 1970 of a date or timestamp in the engines' format.
 * @throws ExpectedError for one that is infinite, before Christ, beyond the year 9999, or of a zone other than UTC
 */
export function microseconds(text: string): bigint {
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction] = DATE_TIME.exec(text) ?? [];
  if (year === undefined) {
    throw new ExpectedError(`${text} can't be written as a date or time in UTC: CAST the column to VARCHAR`);
  }
  // Unlike Date.UTC, it takes years up to 99 literally.
  const date = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return BigInt(date) * 1000n + ofDay(hour, minute, second, fraction);
}

/** Microseconds of a time of day. */
export function timeOfDay(text: string): bigint {
  const [, hour, minute, second, fraction] = TIME.exec(text) ?? [];
  if (hour === undefined || minute === undefined || second === undefined) {
    throw new ExpectedError(`${text} can't be written as a time: CAST the column to VARCHAR`);
  }
  return ofDay(hour, minute, second, fraction);
}

function ofDay(hour: string, minute: string, second: string, fraction = ""): bigint {
  const seconds = BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  return seconds * SECOND + BigInt(fraction.padEnd(6, "0"));
}
