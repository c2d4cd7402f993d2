// The contract's rules for values, implemented a second time for the checks, without the extractor's code.

const MAX_INT64 = 2n ** 63n - 1n;

/** Unlike `String.trim`: U+0085 is white space, U+FEFF is not. */
export function trim(text: string): string {
  return text.replace(/^(?:(?!\ufeff)\s|\u0085)+/, "").replace(/(?:(?!\ufeff)[\s\u0085])+$/, "");
}

/** A decimal number within signed 64 bits, without leading zeros; undefined for anything else. */
export function readNumber(text: string): string | undefined {
  const digits = trim(text);
  if (!/^[0-9]+$/.test(digits)) return undefined;
  const value = BigInt(digits);
  return value > MAX_INT64 ? undefined : String(value);
}

/** Whether a text is an id, i.e. a number that `readNumber` accepts. */
export function isId(text: string): boolean {
  return readNumber(text) !== undefined;
}
