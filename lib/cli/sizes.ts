const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes as people read them, in decimal units: `10.6 GB`. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** A count with its thousands apart: `19,400,000`. */
export function countText(count: number | bigint): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}
