const MAX_INT64 = 2n ** 63n - 1n;

/** A non-negative decimal number: digits only, within signed 64 bits. Undefined for anything else. */
export function decimalId(text: string): bigint | undefined {
  const digits = /^0*(\d{1,19})$/.exec(text)?.[1];
  const value = digits === undefined ? undefined : BigInt(digits);
  return value === undefined || value > MAX_INT64 ? undefined : value;
}
