/** A parsed id as two 32-bit words. */
export interface Words {
  low: number;
  high: number;
}

const MAX_INT64 = 2n ** 63n - 1n;
/** Numbers of this many digits are exact in a double. */
const SAFE_DIGITS = 15;
const ZERO = 48;

/**
 * Reads a non-negative decimal number from trimmed text: digits only, within signed 64 bits. Returns false, and
 * leaves `result` as it was, for anything else.
 */
export function parseDecimalId(bytes: Uint8Array, start: number, end: number, result: Words): boolean {
  if (start === end) return false;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] as number) - ZERO;
    if (digit < 0 || digit > 9) return false;
    value = value * 10 + digit;
  }
  if (end - start > SAFE_DIGITS) return parseLongId(bytes, start, end, result);
  result.low = value | 0;
  result.high = Math.floor(value / 2 ** 32);
  return true;
}

function parseLongId(bytes: Uint8Array, start: number, end: number, result: Words): boolean {
  let first = start;
  while (first < end - 1 && bytes[first] === ZERO) first++;
  if (end - first > 19) return false;
  const value = BigInt(Buffer.from(bytes.buffer, bytes.byteOffset + first, end - first).toString("latin1"));
  if (value > MAX_INT64) return false;
  result.low = Number(BigInt.asIntN(32, value));
  result.high = Number(value >> 32n);
  return true;
}
