const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** What stands in a table for a value that is not known. */
export const UNKNOWN = "–";

/** 1234567 as `1,234,567`. */
export function count(value: number): string {
  const digits = String(Math.abs(Math.round(value))).replace(/\B(?=(\d{3})+$)/g, ",");
  return value < 0 ? `−${digits}` : digits;
}

/** 1234567 as `1.23M`, for axes. */
export function compact(value: number): string {
  const size = Math.abs(value);
  const [unit, divisor] =
    size >= 1e9 ? ["B", 1e9] : size >= 1e6 ? ["M", 1e6] : size >= 1e4 ? ["k", 1e3] : ["", 1];
  const scaled = value / divisor;
  return `${Number.isInteger(scaled) ? count(scaled) : Number(scaled.toPrecision(3))}${unit}`;
}

/** A change with its sign: `+1,234`, `−5`, `±0`. */
export function signed(value: number): string {
  if (value === 0) return "±0";
  return value > 0 ? `+${count(value)}` : count(value);
}

/** A share of 0 to 1 as percent: `97.36 %`, and never `100 %` or `0 %` of what is not quite all or none. */
export function percent(share: number): string {
  const text = (share * 100).toFixed(2);
  if (text === "100.00" && share < 1) return "> 99.99 %";
  if (text === "0.00" && share > 0) return "< 0.01 %";
  return `${text.replace(/\.?0+$/, "")} %`;
}

/** A change of shares in percentage points: `+0.12 pp`. */
export function points(change: number): string {
  const text = (Math.abs(change) * 100).toFixed(2);
  if (text === "0.00") return "±0";
  return `${change < 0 ? "−" : "+"}${text} pp`;
}

/** A change relative to the value before: `+3.2 %`. */
export function growth(now: number, before: number): string {
  if (before === 0) return UNKNOWN;
  const change = ((now - before) / before) * 100;
  const text = Math.abs(change).toFixed(1);
  if (text === "0.0") return "±0 %";
  return `${change < 0 ? "−" : "+"}${text} %`;
}

/** Bytes in decimal units: `1.25 GB`. */
export function bytes(value: number): string {
  const unit = value < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** unit;
  return `${unit === 0 ? scaled : scaled.toPrecision(3)} ${UNITS[unit]}`;
}

/** Seconds: `12.3 s`, `4 min 05 s`, `1 h 02 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** A time to the minute: `2026-09-01 12:30 UTC`. */
export function time(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `1 run`, `2 runs`. */
export function plural(value: number, one: string, several = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : several}`;
}

/** Text cut to a number of characters, with an ellipsis where some were left out. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
