/**
 * Parses a `Retry-After` header (RFC 9110, 10.2.3: seconds, or a date) into seconds, at least 0.
 *
 * @param now milliseconds since 1970
 * @returns undefined if there is no such header, or it is neither
 */
export function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  const date = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
