import type { HistoryData } from "../data/history.ts";

/** The months of a chart. */
export const monthNames = ({ months }: Pick<HistoryData, "months">) => months.map(({ month }) => month);

/** A KPI by month; null if the month lacks it. */
export function kpiOver({ months }: Pick<HistoryData, "months">, name: string): (number | null)[] {
  return months.map(({ kpis }) => kpis.get(name) ?? null);
}

/** Whether any of the values is known. */
export const isKnown = (values: readonly (number | null)[]) => values.some((value) => value !== null);

/** `2,000 in 2026-06 to 2,240 in 2026-09`, for the label of a chart. */
export function spanText(
  months: readonly string[],
  values: readonly (number | null)[],
  text: (value: number) => string,
): string {
  const known = values.flatMap((value, index) =>
    value === null ? [] : [`${text(value)} in ${months[index]}`],
  );
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "no values";
  return known.length === 1 ? first : `${first} to ${last}`;
}
