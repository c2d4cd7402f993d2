import { countText, decimalText } from "../cli/amounts.ts";

/** Shown in a table for an unknown value. */
export const UNKNOWN = "–";

/** A value on an axis, 1230000 as `1.23M`. All digits are shown, so that no two values of an axis look the same. */
export function compact(value: number): string {
  const size = Math.abs(value);
  const [unit, divisor] =
    size >= 1e9 ? ["B", 1e9] : size >= 1e6 ? ["M", 1e6] : size >= 1e4 ? ["k", 1e3] : ["", 1];
  const scaled = value / divisor;
  return `${Number.isInteger(scaled) ? countText(scaled) : Number(scaled.toPrecision(12))}${unit}`;
}

/** A change with its sign: `+1,234`, `−5`, `±0`. */
export function signed(value: number): string {
  if (value === 0) return "±0";
  return `${value < 0 ? "−" : "+"}${countText(Math.abs(value))}`;
}

/** A share of 0 to 1 as percent: `97.36 %`; `100 %` and `0 %` only if exact. */
export function percent(share: number): string {
  const text = decimalText(share * 100, 2);
  if (text === "100.00" && share < 1) return "> 99.99 %";
  if (text === "0.00" && share > 0) return "< 0.01 %";
  return `${text.replace(/\.?0+$/, "")} %`;
}

/** A change of shares in percentage points: `+0.12 pp`. */
export function points(change: number): string {
  const text = decimalText(Math.abs(change) * 100, 2);
  if (text === "0.00") return "±0";
  return `${change < 0 ? "−" : "+"}${text} pp`;
}

/** A change relative to the value before: `+3.2 %`. */
export function growth(now: number, before: number): string {
  if (before === 0) return UNKNOWN;
  const change = ((now - before) / before) * 100;
  const text = decimalText(Math.abs(change), 1);
  if (text === "0.0") return "±0 %";
  return `${change < 0 ? "−" : "+"}${text} %`;
}

/** A time to the minute: `2026-09-01 12:30 UTC`. */
export function time(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Truncates a text to a number of characters, with an ellipsis. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
