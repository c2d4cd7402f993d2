import type { Entry } from "./entry.ts";

/** A value that only one side has, or that differs between the sides. */
export interface Difference {
  path: string;
  dumped: string | undefined;
  rebuilt: string | undefined;
}

/** The differences between the normal forms of a record, in the order of the dump. */
export function differences(dumped: readonly Entry[], rebuilt: readonly Entry[]): Difference[] {
  if (isSame(dumped, rebuilt)) return [];
  const paths = new Map<string, { dumped: string[]; rebuilt: string[] }>();
  const at = (path: string) => {
    const there = paths.get(path) ?? { dumped: [], rebuilt: [] };
    paths.set(path, there);
    return there;
  };
  for (const { path, value } of dumped) at(path).dumped.push(value);
  for (const { path, value } of rebuilt) {
    const { dumped: others, rebuilt: own } = at(path);
    const same = others.indexOf(value);
    if (same === -1) own.push(value);
    else others.splice(same, 1);
  }
  return [...paths].flatMap(([path, sides]) => {
    const length = Math.max(sides.dumped.length, sides.rebuilt.length);
    return Array.from({ length }, (_, index) => ({
      path,
      dumped: sides.dumped[index],
      rebuilt: sides.rebuilt[index],
    }));
  });
}

/** Whether everything is equal, as usual. Not determined for records with the same id, which share paths. */
function isSame(dumped: readonly Entry[], rebuilt: readonly Entry[]): boolean {
  if (dumped.length !== rebuilt.length) return false;
  const values = new Map<string, string>();
  for (const { path, value } of dumped) values.set(path, value);
  return values.size === dumped.length && rebuilt.every(({ path, value }) => isTaken(values, path, value));
}

/** Removes a value, if present. */
function isTaken(values: Map<string, string>, path: string, value: string): boolean {
  return values.get(path) === value && values.delete(path);
}

/** Number of values shown per record. */
const MAX_SHOWN = 10;
const MAX_LENGTH = 160;
/** Characters shown before the first difference. */
const BEFORE = 40;

/** The differences of a record as lines: for each the path, the dump's value and the datasets' value. */
export function renderDifferences(found: readonly Difference[]): string[] {
  const shown = found.slice(0, MAX_SHOWN).flatMap(({ path, dumped, rebuilt }) => {
    const from = firstDifference(dumped, rebuilt);
    return [
      `  ${path}`,
      `    - dump:     ${shortened(dumped, from)}`,
      `    + datasets: ${shortened(rebuilt, from)}`,
    ];
  });
  const others = found.length - MAX_SHOWN;
  return others > 0 ? [...shown, `  and ${others} more`] : shown;
}

function firstDifference(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return 0;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return index;
  return length;
}

/** The text as JSON; of a long one, the part around the character at `at`. */
function shortened(value: string | undefined, at: number): string {
  if (value === undefined) return "nothing";
  if (value.length <= MAX_LENGTH) return JSON.stringify(value);
  const from = Math.max(0, at - BEFORE);
  const part = value.slice(from, from + MAX_LENGTH);
  const behind = from + MAX_LENGTH < value.length ? "..." : "";
  return `${from > 0 ? "..." : ""}${JSON.stringify(part)}${behind} (of ${value.length} characters)`;
}
