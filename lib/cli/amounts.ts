const DECIMAL = 1000;
/** Between the digits of a whole number, before each group of three. */
const BEFORE_THOUSANDS = /\B(?=(?:\d{3})+$)/g;
const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** A whole number with thousands separators, `87,533`. `toLocaleString` would take 12 ms to load the locale's data. */
export function countText(count: number | bigint): string {
  return String(count).replace(BEFORE_THOUSANDS, ",");
}

/** A count with its noun, `1 file`, `4 files`. */
export function counted(count: number | bigint, noun: string): string {
  return `${countText(count)} ${noun}${Number(count) === 1 ? "" : "s"}`;
}

/**
 * A number with `digits` decimals, half away from zero: 2.65 is `2.7`. `toFixed` rounds what is stored, which for 2.65 is a little
 * less. What differs after the 12th digit is such an error of storage, also of a product.
 */
export function decimalText(value: number, digits: number): string {
  const scale = 10 ** digits;
  const scaled = Math.round(Number((Math.abs(value) * scale).toPrecision(12)));
  return (Math.sign(value) * (scaled / scale)).toFixed(digits);
}

/** A number of bytes in decimal units, `1.9 MB`. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= DECIMAL && unit < UNITS.length - 1) {
    value /= DECIMAL;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A duration in words: `45 s`, `12 min`, `3 h 5 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 100) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
