import { countText, decimalText } from "../cli/amounts.ts";
import { alignedTable } from "../cli/table.ts";
import type { Difference, RunDiff } from "./run_diff.ts";

/** Fill rates that differ by less than this, in percentage points, are shown as equal. */
const SAME_RATE = 0.005;

/** Renders two runs side by side, for people. Without `all`, anomalies that are 0 in both and equal fill rates are only counted. */
export function diffText(diff: RunDiff, { all }: { all: boolean }): string[] {
  const { from, to, rows, anomalies, filled, kpis } = diff;
  const isSame = ({ difference }: Difference) => difference !== null && Math.abs(difference) < SAME_RATE;
  const isZero = (each: Difference) => each.from === 0 && each.to === 0;
  const isUnknown = (each: Difference) => each.from === null && each.to === null;
  const runs = [`${from.run_id} (${from.state})`, `${to.run_id} (${to.state})`];
  const parts = [
    section("rows", rows, number, () => false),
    section("anomalies", anomalies, number, all ? () => false : isZero, "that are 0 in both"),
    section("fill rates, percent of rows", filled, rate, all ? () => false : isSame, "with the same rate"),
    section("KPIs", kpis, number, all ? () => false : isUnknown, "computed for neither"),
  ];
  return [`from ${runs[0]} to ${runs[1]}`, ...parts.flatMap((lines) => ["", ...lines])];
}

function section(
  title: string,
  differences: readonly Difference[],
  text: (value: number) => string,
  isLeftOut: (each: Difference) => boolean,
  leftOut = "",
): string[] {
  const shown = differences.filter((each) => !isLeftOut(each));
  const rest = differences.length - shown.length;
  const table = shown.map((each) => [
    each.name,
    each.from === null ? String(each.from_absent) : text(each.from),
    each.to === null ? String(each.to_absent) : text(each.to),
    each.difference === null ? "" : signed(each.difference, text),
    each.percent === null ? "" : `${signed(each.percent, rate)} %`,
  ]);
  return [
    ...alignedTable([[title, "from", "to", "difference", ""], ...table], [1, 2, 3, 4]),
    ...(rest === 0 ? [] : [`(and ${rest} ${leftOut}; use --all to show them)`]),
  ];
}

const number = (value: number) => countText(value);
const rate = (value: number) => decimalText(value, 2);

function signed(value: number, text: (value: number) => string): string {
  if (value === 0) return text(0);
  return value > 0 ? `+${text(value)}` : `-${text(-value)}`;
}
